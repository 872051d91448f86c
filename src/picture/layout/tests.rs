use proptest::prelude::*;

use std::sync::atomic::Ordering;

use super::asked::Was;
use super::*;
use crate::picture::Point;

fn request(nodes: &[Option<usize>], groups: &[Option<usize>], edges: &[(usize, usize)]) -> LayoutRequest {
    LayoutRequest {
        nodes: nodes
            .iter()
            .enumerate()
            .map(|(index, group)| {
                let w = 148.0 + (index % 4) as f32 * 12.0;
                LayoutNode {
                    size: (w, 68.0),
                    middle: Point::new(w / 2.0, 34.0),
                    group: *group,
                    ..LayoutNode::default()
                }
            })
            .collect(),
        groups: groups
            .iter()
            .map(|parent| LayoutGroup { parent: *parent, least: (160.0, 134.0), ..LayoutGroup::default() })
            .collect(),
        edges: edges
            .iter()
            .map(|(from, to)| LayoutEdge { from: *from, to: *to, label: (90.0, 49.0) })
            .collect(),
        padding: (20.0, 46.0, 20.0, 20.0),
        aspect: 1.6,
        at_once: false,
    }
}

fn rects(request: &LayoutRequest, result: &LayoutResult) -> Vec<Rect> {
    request
        .nodes
        .iter()
        .zip(&result.nodes)
        .map(|(node, at)| Rect::new(at.x, at.y, node.size.0, node.size.1))
        .collect()
}

/// Finite, nothing overlaps its siblings, everything inside its group, the same again, fixed things unmoved.
fn check(request: &LayoutRequest) -> LayoutResult {
    let result = Layered.lay_out(request, &Quiet).unwrap();
    assert_eq!(Some(&result), Layered.lay_out(request, &Quiet).as_ref(), "the same again");
    let nodes = rects(request, &result);
    for rect in nodes.iter().chain(&result.groups) {
        assert!([rect.x, rect.y, rect.w, rect.h].iter().all(|v| v.is_finite()), "{rect:?}");
    }
    let mut siblings: Vec<(Option<usize>, Rect, String)> = Vec::new();
    for (index, (node, rect)) in request.nodes.iter().zip(&nodes).enumerate() {
        if let Some(group) = node.group {
            assert!(
                result.groups[group].grown(0.01).contains_rect(*rect),
                "node {index} is inside group {group}"
            );
        }
        if let Some(fixed) = node.fixed {
            assert_eq!(result.nodes[index], fixed, "node {index} stays");
        }
        siblings.push((node.group, *rect, format!("node {index}")));
    }
    for (index, (group, rect)) in request.groups.iter().zip(&result.groups).enumerate() {
        if let Some(parent) = group.parent {
            assert!(
                result.groups[parent].grown(0.01).contains_rect(*rect),
                "group {index} is inside group {parent}"
            );
        }
        siblings.push((group.parent, *rect, format!("group {index}")));
    }
    for (index, (level, rect, name)) in siblings.iter().enumerate() {
        for (other_level, other, other_name) in siblings.iter().skip(index + 1) {
            assert!(
                level != other_level || !rect.overlaps(*other),
                "{name} {rect:?} meets {other_name} {other:?}"
            );
        }
    }
    result
}

#[test]
fn the_public_stands_left_of_what_it_reaches() {
    let mut asked = request(&[Some(0), Some(1), Some(2)], &[None, None, None], &[(0, 1), (1, 2)]);
    asked.groups[0].pull = -1.0;
    asked.groups[2].pull = 0.6;
    let result = check(&asked);
    assert!(result.groups[0].right() < result.groups[1].x && result.groups[1].right() < result.groups[2].x);
}

#[test]
fn nothing_is_something_too() {
    assert_eq!(check(&LayoutRequest::default()), LayoutResult::default());
    check(&request(&[None], &[], &[(0, 0)]));
    check(&request(&[], &[None, Some(0)], &[]));
}

#[test]
fn a_hub_with_many_spokes_does_not_become_a_tower() {
    let edges: Vec<(usize, usize)> = (1..60).map(|spoke| (0, spoke)).collect();
    let asked = request(&vec![None; 60], &[], &edges);
    let result = check(&asked);
    let bounds = rects(&asked, &result).into_iter().reduce(Rect::union).unwrap();
    assert!(bounds.h < 1.5 * bounds.w, "{bounds:?}");
}

/// Says no at the step of that number.
struct StopAt(std::sync::atomic::AtomicUsize);

impl Progress for StopAt {
    fn step(&self, done: f32) -> bool {
        assert!((0.0..=1.0).contains(&done), "{done}");
        // Told from one thread only.
        let left = self.0.load(Ordering::Relaxed).saturating_sub(1);
        self.0.store(left, Ordering::Relaxed);
        left > 0
    }
}

#[test]
fn a_stop_is_heard_at_any_time() {
    let asked = request(&[Some(0), Some(0), None, None], &[None], &[(0, 1), (1, 2), (3, 2), (0, 3)]);
    for step in 1..8 {
        assert_eq!(Layered.lay_out(&asked, &StopAt(step.into())), None, "step {step}");
    }
}

fn drawing() -> impl Strategy<Value = LayoutRequest> {
    let groups = proptest::collection::vec(proptest::option::of(0usize..8), 0..7);
    let nodes = proptest::collection::vec(proptest::option::of(0usize..8), 0..14);
    let edges = proptest::collection::vec((0usize..14, 0usize..14), 0..24);
    (groups, nodes, edges).prop_map(|(groups, nodes, edges)| {
        // A parent has a lower number than its child, so that there is no ring.
        let groups: Vec<Option<usize>> = groups
            .iter()
            .enumerate()
            .map(|(index, parent)| parent.filter(|parent| *parent < index))
            .collect();
        let nodes: Vec<Option<usize>> =
            nodes.iter().map(|group| group.filter(|group| *group < groups.len())).collect();
        let edges: Vec<(usize, usize)> =
            edges.into_iter().filter(|(from, to)| *from < nodes.len() && *to < nodes.len()).collect();
        request(&nodes, &groups, &edges)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_drawing_is_in_order(asked in drawing()) {
        check(&asked);
    }

    #[test]
    fn what_was_placed_stays_when_more_comes(asked in drawing(), kept in proptest::collection::vec(any::<bool>(), 14), dx in -300i32..300, dy in -300i32..300) {
        let first = Layered.lay_out(&asked, &Quiet).unwrap();
        let mut again = asked;
        for ((node, at), kept) in again.nodes.iter_mut().zip(&first.nodes).zip(&kept) {
            if *kept {
                node.fixed = Some(at.offset(dx as f32, dy as f32));
            }
        }
        let result = Layered.lay_out(&again, &Quiet).unwrap();
        let nodes = rects(&again, &result);
        for (index, node) in again.nodes.iter().enumerate() {
            if let Some(fixed) = node.fixed {
                prop_assert_eq!(result.nodes[index], fixed);
            }
            if let Some(group) = node.group {
                prop_assert!(result.groups[group].grown(0.01).contains_rect(nodes[index]));
            }
            for (other, rect) in nodes.iter().enumerate().skip(index + 1) {
                let siblings = again.nodes[other].group == node.group;
                prop_assert!(!siblings || !rect.overlaps(nodes[index]), "{} meets {}", index, other);
            }
        }
    }

    #[test]
    fn a_part_is_laid_out_among_what_stays(asked in drawing(), chosen in proptest::collection::vec(any::<bool>(), 20)) {
        let before = Layered.lay_out(&asked, &Quiet).unwrap();
        let was = Was {
            nodes: before.nodes.iter().copied().map(Some).collect(),
            groups: before.groups.iter().copied().map(Some).collect(),
        };
        let pick = |number: usize| chosen.get(number).copied().unwrap_or(false);
        // A chosen group is chosen with all that is in it.
        let mut groups: Vec<bool> = Vec::new();
        for (index, group) in asked.groups.iter().enumerate() {
            groups.push(pick(index + 14) || group.parent.is_some_and(|parent| groups[parent]));
        }
        let mut part = asked;
        for (index, node) in part.nodes.iter_mut().enumerate() {
            let chosen = pick(index) || node.group.is_some_and(|group| groups[group]);
            node.fixed = (!chosen).then(|| before.nodes[index]);
        }
        for (index, group) in part.groups.iter_mut().enumerate() {
            group.fixed = (!groups[index]).then(|| before.groups[index]);
        }
        let result = part::lay_out(&Layered, &part, &was, &Quiet).unwrap();
        let again = part::lay_out(&Layered, &part, &was, &Quiet).unwrap();
        prop_assert_eq!(&result, &again);
        let nodes = rects(&part, &result);
        for (index, node) in part.nodes.iter().enumerate() {
            if let Some(fixed) = node.fixed {
                prop_assert_eq!(result.nodes[index], fixed);
            }
            prop_assert!(node.group.is_none_or(|group| result.groups[group].grown(0.01).contains_rect(nodes[index])));
            for (other, rect) in nodes.iter().enumerate().skip(index + 1) {
                let siblings = part.nodes[other].group == node.group;
                prop_assert!(!siblings || !rect.overlaps(nodes[index]), "{} meets {}", index, other);
            }
        }
        for (index, group) in part.groups.iter().enumerate() {
            prop_assert!(group.fixed.is_none_or(|fixed| result.groups[index].grown(0.01).contains_rect(fixed)));
            let inside = |parent: usize| result.groups[parent].grown(0.01).contains_rect(result.groups[index]);
            prop_assert!(group.parent.is_none_or(inside), "group {} is inside of its parent", index);
        }
    }
}
