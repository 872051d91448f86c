use super::*;

fn wire(from: usize, to: usize) -> Wire {
    let label = Rect::new(-40.0, -12.0, 80.0, 24.0);
    Wire { from: Some(End::Box(from)), to: Some(End::Box(to)), label, pill: label, ..Wire::default() }
}

fn node(x: f32, y: f32) -> Rect {
    Rect::new(x, y, 160.0, 68.0)
}

/// Courses are upright and level, start and end on their boxes, and run through no box.
fn check_courses(boxes: &[Rect], wires: &[Wire]) -> (Router, Vec<Vec<Point>>) {
    let router = Router::new(boxes.to_vec(), Vec::new(), Vec::new());
    let routes = router.route(wires);
    assert_eq!(routes, router.route(wires), "the same again");
    for (route, wire) in routes.iter().zip(wires) {
        assert!(route.len() >= 2, "{wire:?} has a course");
        for (a, b) in route.iter().zip(route.iter().skip(1)) {
            assert!((a.x - b.x).abs() < 0.01 || (a.y - b.y).abs() < 0.01, "{route:?} is upright and level");
            for rect in boxes {
                assert!(
                    !index::meets(Rect::around(*a, *b), rect.grown(-1.0)),
                    "{route:?} runs through {rect:?}"
                );
            }
        }
        for (end, point) in [(wire.from, route.first()), (wire.to, route.last())] {
            if let (Some(End::Box(index)), Some(point)) = (end, point) {
                assert!(boxes[index].grown(0.1).contains(*point), "{route:?} ends at its box");
            }
        }
    }
    (router, routes)
}

/// The same, and labels are clear of boxes and each other.
fn check(boxes: &[Rect], wires: &[Wire]) -> Vec<Vec<Point>> {
    let (router, routes) = check_courses(boxes, wires);
    let anchors = router.anchors(wires, &routes, &[]);
    let labels: Vec<Rect> = wires
        .iter()
        .zip(&anchors)
        .map(|(wire, anchor)| Rect {
            x: wire.label.x + anchor.at.x,
            y: wire.label.y + anchor.at.y,
            ..wire.label
        })
        .collect();
    for (index, label) in labels.iter().enumerate() {
        assert!(boxes.iter().all(|rect| !rect.overlaps(*label)), "label {label:?} is clear of boxes");
        assert!(
            labels.iter().skip(index + 1).all(|other| !other.overlaps(*label)),
            "labels are clear of each other"
        );
    }
    routes
}

#[test]
fn neighbours_are_joined_straight() {
    let routes = check(&[node(0.0, 0.0), node(400.0, 0.0)], &[wire(0, 1)]);
    assert_eq!(routes, [vec![Point::new(160.0, 34.0), Point::new(400.0, 34.0)]]);
}

#[test]
fn boxes_that_overlap_in_height_are_joined_straight_too() {
    let routes = check(&[node(0.0, 0.0), node(400.0, 30.0)], &[wire(0, 1)]);
    assert_eq!(routes[0].len(), 2);
}

#[test]
fn a_box_in_the_way_is_gone_around() {
    let routes = check(&[node(0.0, 0.0), node(300.0, 0.0), node(600.0, 0.0)], &[wire(0, 2)]);
    assert!(routes[0].len() >= 4, "{:?}", routes[0]);
}

#[test]
fn flows_between_the_same_boxes_keep_apart() {
    let routes = check(&[node(0.0, 0.0), node(400.0, 0.0)], &[wire(0, 1), wire(1, 0), wire(0, 1)]);
    let mut heights: Vec<f32> = routes.iter().map(|route| route[0].y).collect();
    heights.sort_by(f32::total_cmp);
    assert!(heights[1] - heights[0] >= 10.0 && heights[2] - heights[1] >= 10.0, "{heights:?}");
}

#[test]
fn a_walled_in_box_is_reached() {
    let walls = [
        Rect::new(180.0, 0.0, 340.0, 30.0),
        Rect::new(180.0, 30.0, 30.0, 240.0),
        Rect::new(180.0, 270.0, 340.0, 30.0),
        node(270.0, 110.0),
        node(-160.0, 110.0),
    ];
    check(&walls, &[wire(4, 3)]);
}

#[test]
fn a_flow_to_itself_leaves_by_one_side_and_comes_back_by_another() {
    let routes = check(&[node(0.0, 0.0)], &[wire(0, 0)]);
    assert!(routes[0].len() >= 3);
}

#[test]
fn bends_and_free_ends_are_honoured() {
    let bend = Point::new(300.0, 200.0);
    let routes = check(&[node(0.0, 0.0), node(400.0, 0.0)], &[Wire { bends: vec![bend], ..wire(0, 1) }]);
    let passes = routes[0].windows(2).any(|pair| Rect::around(pair[0], pair[1]).grown(0.1).contains(bend));
    assert!(passes, "{:?}", routes[0]);
    let free = Wire { to: Some(End::Free(Point::new(300.0, 34.0))), ..wire(0, 0) };
    assert_eq!(check(&[node(0.0, 0.0)], &[free])[0].last(), Some(&Point::new(300.0, 34.0)));
}

#[test]
fn a_label_that_was_moved_stays_where_it_was_put() {
    let router = Router::new(vec![node(0.0, 0.0), node(400.0, 0.0)], Vec::new(), Vec::new());
    let moved = Wire { label_offset: Some((20.0, -60.0)), ..wire(0, 1) };
    let routes = router.route(std::slice::from_ref(&moved));
    let anchors = router.anchors(&[moved], &routes, &[]);
    assert_eq!(anchors[0].at, Point::new(300.0, -26.0));
    assert_eq!(anchors[0].offset, (20.0, -60.0));
}

#[test]
fn a_label_slides_off_the_mark_of_a_border_that_its_line_crosses() {
    let boxes = vec![node(0.0, 0.0), node(600.0, 0.0)];
    let check = |border: Rect| {
        let router = Router::new(boxes.clone(), Vec::new(), vec![border]);
        let courses = router.courses(&[wire(0, 1)], &[]);
        let [(course, anchor)] = courses.as_slice() else { panic!("{courses:?}") };
        assert_eq!(router.anchors(&[wire(0, 1)], std::slice::from_ref(course), &[]), [*anchor]);
        let label = label::placed(wire(0, 1).label, anchor.at);
        let hidden =
            [border.x, border.right()].iter().any(|x| label.x - 3.0 < *x && *x < label.right() + 3.0);
        assert!(!hidden, "{label:?} at {border:?}");
    };
    check(Rect::new(-40.0, -60.0, 420.0, 240.0));
    check(Rect::new(-40.0, -60.0, 340.0, 240.0));
    // Two borders with less between them than the label takes: one of the two places beside them is free.
    check(Rect::new(350.0, -60.0, 60.0, 240.0));
    check(Rect::new(240.0, -60.0, 280.0, 240.0));
}

mod property {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn courses_avoid_boxes(
            spots in proptest::collection::btree_set((0i32..5, 0i32..5), 2..10),
            pairs in proptest::collection::vec((0usize..10, 0usize..10), 1..12),
        ) {
            let boxes: Vec<Rect> =
                spots.iter().map(|(x, y)| node(*x as f32 * 330.0 + *y as f32 * 7.0, *y as f32 * 170.0)).collect();
            let wires: Vec<Wire> = pairs
                .iter()
                .map(|(a, b)| wire(a % boxes.len(), b % boxes.len()))
                .collect();
            check(&boxes, &wires);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        /// Boxes of several sizes in loose rows, wired at random: near and far, few and very many.
        #[test]
        fn courses_avoid_boxes_in_a_crowd(
            columns in 8usize..25,
            rows in 8usize..25,
            shifts in proptest::collection::vec((0u8..60, 0u8..50, 0u8..60, 0u8..3), 600),
            pairs in proptest::collection::vec((0usize..600, 0usize..600), 40..900),
        ) {
            let spots = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
            let boxes: Vec<Rect> = spots
                .zip(&shifts)
                .map(|((column, row), (dx, dy, wider, kind))| {
                    let (x, y) = (column as f32 * 280.0 + f32::from(*dx), row as f32 * 175.0 + f32::from(*dy));
                    let h = [68.0, 40.0, 90.0][usize::from(*kind)];
                    Rect::new(x, y, 120.0 + f32::from(*wider), h)
                })
                .collect();
            let wires: Vec<Wire> = pairs
                .iter()
                .map(|(a, b)| (a % boxes.len(), b % boxes.len()))
                .filter(|(a, b)| a != b)
                .map(|(a, b)| wire(a, b))
                .collect();
            check_courses(&boxes, &wires);
        }
    }
}
