//! OWASP Threat Dragon, versions 1 and 2 (JSON).
//!
//! A diagram becomes a view; boundary boxes become zones, and a component stands in the smallest box around it; boundary
//! curves become open lines; each mitigation text becomes a control. Drawing style and whatever else has no place here
//! goes into the origin of its thing.

mod cells;
mod threats;

use serde_json::{Value, json};

use self::cells::{Cell, CellKind};
use super::ImportError;
use super::document::{Fields, Losses, text_of};
use crate::model::{FORMAT, Project, View};

/// The name of the format in origins.
const FORMAT_NAME: &str = "threat-dragon";

/// Keys that draw, that repeat what stands elsewhere, or that frameworks leave behind.
const DRAWING: &[&str] = &[
    "$$hashKey",
    "angle",
    "attrs",
    "connector",
    "containedElements",
    "crossingFlows",
    "data",
    "diagramTop",
    "diagramType",
    "hasOpenThreats",
    "height",
    "id",
    "isTrustBoundary",
    "labels",
    "markup",
    "modelType",
    "name",
    "new",
    "number",
    "ports",
    "position",
    "router",
    "shape",
    "size",
    "smooth",
    "source",
    "target",
    "threatFrequency",
    "threatTop",
    "thumbnail",
    "tools",
    "trustBoundaryIds",
    "type",
    "version",
    "vertices",
    "view",
    "visible",
    "width",
    "z",
    "zIndex",
];

/// Reads a model.
pub(super) fn import(document: Value) -> Result<(Project, Losses), ImportError> {
    let not_a_model = |what: &str| ImportError::NotAModel(format!("a Threat Dragon model has {what}"));
    let mut top = Fields::of(document).ok_or_else(|| not_a_model("an object at the top"))?;
    let mut summary = top.object("summary").ok_or_else(|| not_a_model("a `summary`, and this has none"))?;
    let title = summary.text("title").ok_or_else(|| not_a_model("a `summary.title`, and this has none"))?;
    let mut detail = top.object("detail").ok_or_else(|| not_a_model("a `detail`, and this has none"))?;
    if !matches!(detail.0.get("diagrams"), Some(Value::Array(_))) {
        return Err(not_a_model("a list `detail.diagrams`, and this has none"));
    }

    let mut losses = Losses::default();
    let contributor =
        |value: &Value| value.get("name").and_then(text_of).filter(|name| !name.trim().is_empty());
    let mut project = Project {
        name: title,
        format: FORMAT,
        description: summary.text("description").unwrap_or_default(),
        owner: summary.text("owner").unwrap_or_default(),
        contributors: detail.list("contributors").iter().filter_map(contributor).collect(),
        version: top.word("release_version").unwrap_or_else(|| "1".to_owned()),
        ..Project::default()
    };

    let diagrams = detail.list("diagrams");
    let several = diagrams.len() > 1;
    let mut drawn = Vec::new();
    for (number, diagram) in diagrams.into_iter().enumerate() {
        let Some(fields) = Fields::of(diagram) else {
            losses.add(format!("diagram {}", number + 1), "the diagram", "it is not an object");
            continue;
        };
        drawn.push(read_diagram(&mut project, fields, number, several, &mut losses));
    }

    losses.unused("summary", "of the model", &summary, DRAWING);
    losses.unused("details", "of the model", &detail, DRAWING);
    losses.unused("model", "as a whole", &top, DRAWING);
    let id = summary.text("id").unwrap_or_default();
    top.keep("summary", summary.0);
    top.keep("detail", detail.0);
    top.keep("diagrams", drawn);
    project.origin = Some(top.into_origin(FORMAT_NAME, &id));
    project.reserve_all();
    Ok((project, losses))
}

/// Reads a diagram into a view; gives back what the view cannot hold.
fn read_diagram(
    project: &mut Project,
    mut diagram: Fields,
    number: usize,
    several: bool,
    losses: &mut Losses,
) -> Value {
    let name = diagram.word("title").unwrap_or_else(|| format!("Diagram {}", number + 1));
    let description = diagram.text("description").unwrap_or_default();
    let id = project.next_view();
    let mut view = View { id, name: name.clone(), description, only_placed: several, ..View::default() };

    let mut cells = diagram.list("cells");
    if let Some(mut older) = diagram.object("diagramJson") {
        cells.extend(older.list("cells"));
        losses.unused("diagram", &name, &older, DRAWING);
    }
    let mut read = Vec::new();
    for cell in cells {
        match Cell::read(cell) {
            Ok(cell) => read.push(cell),
            Err(what) => {
                losses.add(format!("diagram {name}"), what, "it is none of the shapes of Threat Dragon");
            }
        }
    }
    // Elements first: flows end at them. Zones before elements: elements stand in them.
    read.sort_by_key(|cell| match cell.kind {
        CellKind::Box => 0,
        CellKind::Flow => 2,
        _ => 1,
    });
    cells::place(project, &mut view, read, losses);

    if let Some(kind) = diagram.0.get("diagramType").and_then(text_of).filter(|kind| kind != "STRIDE") {
        losses.add(
            format!("diagram {name}"),
            format!("its method {kind}"),
            "threats are sorted by STRIDE here; other categories are kept as tags",
        );
    }
    // The words that an empty description shows.
    diagram.0.shift_remove("placeholder");
    losses.unused("diagram", &name, &diagram, DRAWING);
    project.reserve(id.into());
    project.views.insert(view);
    json!({"view": id, "keys": diagram.0})
}
