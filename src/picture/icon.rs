//! The icons, by name: as SVG text for painters that read SVG, and as paths for those that draw them.

use std::sync::OnceLock;

use super::{Path, Point, Segment};

macro_rules! icons {
    ($($name:literal)*) => {
        /// The icons' names, in order.
        pub const ICON_NAMES: &[&str] = &[$($name),*];
        const FILES: &[&str] = &[$(include_str!(concat!("../../assets/icons/", $name, ".svg"))),*];
    };
}

icons! {
    "activity" "app-window" "archive" "arrow-down" "arrow-left" "arrow-left-right" "arrow-right" "arrow-up"
    "audio-lines" "badge-check" "ban" "bell" "bell-ring" "binary" "blocks" "book-open" "bookmark-plus" "bot"
    "braces" "brain" "brain-circuit" "brick-wall-shield" "building-2" "cable" "calculator" "calendar"
    "calendar-clock" "camera" "car" "chart-column" "chart-line" "check" "chevron-down" "chevron-left"
    "chevron-right" "chevron-up" "circle" "circle-alert" "circle-check" "circle-dot" "circle-help" "circle-x"
    "clipboard" "clipboard-list" "clock" "cloud" "code" "cog" "combine" "command" "container" "copy" "cpu"
    "credit-card" "database" "database-backup" "door-open" "download" "ellipsis" "external-link" "eye"
    "eye-off" "factory" "file" "file-lock-2" "file-plus" "file-search" "file-text" "filter" "fingerprint"
    "flag" "flask-conical" "folder-open" "gauge" "gavel" "gem" "git-branch" "git-compare" "globe"
    "graduation-cap" "grid-3x3" "grip-vertical" "hand" "handshake" "hard-drive" "hash" "headset" "history"
    "house" "id-card" "image" "inbox" "info" "key-round" "keyboard" "landmark" "layers" "layout-grid"
    "library" "lightbulb" "link" "list" "list-checks" "list-ordered" "loader" "lock" "lock-open" "log-out"
    "map-pin" "maximize" "message-circle" "message-square" "messages-square" "mic" "minus" "monitor"
    "monitor-smartphone" "moon" "mouse-pointer-2" "mouse-pointer-click" "move" "network" "newspaper" "nfc"
    "notebook-pen" "octagon-alert" "package" "package-search" "panel-bottom" "panel-left" "panel-right"
    "panel-top" "pencil" "pin" "play" "plug" "plus" "power" "presentation" "radio-tower" "redo-2"
    "refresh-cw" "rocket" "route" "router" "rss" "save" "scan" "scan-eye" "scroll-text" "search" "server"
    "settings" "shapes" "shield" "shield-check" "ship-wheel" "shopping-cart" "shuffle" "siren"
    "sliders-horizontal" "smartphone" "sparkles" "spline" "split" "square-dashed" "square-function"
    "square-pen" "square-terminal" "star" "sun" "table" "table-2" "target" "terminal" "thermometer"
    "threat-studio" "timer" "trash-2" "triangle-alert" "type" "undo-2" "unlink" "upload" "user" "user-check"
    "user-cog" "user-x" "vault" "warehouse" "waypoints" "webhook" "workflow" "wrench" "x" "zap"
}

/// A line of an icon, in the icon's own square of 24.
#[derive(Debug, Clone, PartialEq)]
pub struct IconPath {
    /// The line.
    pub path: Path,
    /// Filled as well as drawn.
    pub filled: bool,
}

/// The width of an icon's lines in its square of 24.
pub const ICON_STROKE: f32 = 1.75;

fn index(name: &str) -> Option<usize> {
    ICON_NAMES.binary_search(&name).ok()
}

/// The name of an icon that there is.
pub fn known(name: &str) -> Option<&'static str> {
    ICON_NAMES.get(index(name)?).copied()
}

/// An icon as an SVG file with white strokes.
pub fn icon_svg(name: &str) -> Option<&'static str> {
    FILES.get(index(name)?).copied()
}

/// An icon as lines in a square of 24, to be drawn [`ICON_STROKE`] wide with round ends.
pub fn icon_paths(name: &str) -> &'static [IconPath] {
    static PATHS: [OnceLock<Vec<IconPath>>; ICON_NAMES.len()] = [const { OnceLock::new() }; ICON_NAMES.len()];
    let Some((cell, file)) = index(name).and_then(|index| Some((PATHS.get(index)?, FILES.get(index)?)))
    else {
        return &[];
    };
    cell.get_or_init(|| read_paths(file))
}

fn read_paths(file: &str) -> Vec<IconPath> {
    let Ok(tree) = resvg::usvg::Tree::from_str(file, &resvg::usvg::Options::default()) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    collect(tree.root(), &mut paths);
    paths
}

fn collect(group: &resvg::usvg::Group, paths: &mut Vec<IconPath>) {
    for node in group.children() {
        match node {
            resvg::usvg::Node::Group(inner) => collect(inner, paths),
            resvg::usvg::Node::Path(found) => {
                let filled = found.fill().is_some();
                paths.extend(
                    subpaths(found.data(), found.abs_transform())
                        .into_iter()
                        .map(|path| IconPath { path, filled }),
                );
            }
            resvg::usvg::Node::Image(_) | resvg::usvg::Node::Text(_) => {}
        }
    }
}

fn subpaths(data: &resvg::tiny_skia::Path, transform: resvg::tiny_skia::Transform) -> Vec<Path> {
    use resvg::tiny_skia::PathSegment;
    let place = |mut p: resvg::tiny_skia::Point| {
        transform.map_point(&mut p);
        Point::new(p.x, p.y)
    };
    let mut done = Vec::new();
    let mut path: Option<Path> = None;
    let mut at = Point::default();
    for segment in data.segments() {
        match segment {
            PathSegment::MoveTo(p) => {
                done.extend(path.take());
                at = place(p);
                path = Some(Path { start: at, ..Path::default() });
            }
            PathSegment::Close => {
                if let Some(mut path) = path.take() {
                    path.closed = true;
                    at = path.start;
                    done.push(path);
                }
            }
            other => {
                let piece = match other {
                    PathSegment::QuadTo(c, end) => {
                        let (c, end) = (place(c), place(end));
                        let toward = |from: Point| {
                            Point::new(
                                from.x + (c.x - from.x) * 2.0 / 3.0,
                                from.y + (c.y - from.y) * 2.0 / 3.0,
                            )
                        };
                        Segment::Curve(toward(at), toward(end), end)
                    }
                    PathSegment::CubicTo(a, b, end) => Segment::Curve(place(a), place(b), place(end)),
                    PathSegment::LineTo(end) => Segment::Line(place(end)),
                    PathSegment::MoveTo(_) | PathSegment::Close => continue,
                };
                let start = at;
                at = match piece {
                    Segment::Line(end) | Segment::Curve(_, _, end) => end,
                };
                path.get_or_insert(Path { start, ..Path::default() }).segments.push(piece);
            }
        }
    }
    done.extend(path);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_lines() {
        assert!(ICON_NAMES.is_sorted(), "names are looked up by bisection");
        for name in ICON_NAMES {
            let paths = icon_paths(name);
            assert!(!paths.is_empty(), "{name}");
            for line in paths {
                let bounds = line.path.bounds();
                assert!(bounds.x >= -2.0 && bounds.right() <= 26.0 && bounds.y >= -2.0, "{name} {bounds:?}");
            }
        }
        assert!(icon_paths("no-such-icon").is_empty());
    }

    #[test]
    fn every_icon_in_the_folder_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/icons");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "svg") {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                assert!(ICON_NAMES.contains(&name.as_str()), "{name}");
            }
        }
    }
}
