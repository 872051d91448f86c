//! What the diagram shows and how it changes: zones that open, colours, kept choices.

use egui::{Key, Modifiers, Vec2};

use super::Start;
use super::driving::*;
use crate::storage::DataFolder;

#[test]
fn opening_a_zone_pushes_its_neighbour_aside_in_the_same_step() {
    let mut studio = studio(small());
    thing(&studio, "Runtime,").click();
    studio.run();
    press(&mut studio, Key::O);
    // The person moves in where the zone was.
    let boxed = middle(&studio, "Runtime,");
    let user = middle(&studio, "user,");
    let start = text_without_counters(&studio);
    drag(&mut studio, user, boxed + Vec2::new(240.0, 0.0));
    thing(&studio, "Runtime,").click();
    studio.run();
    let moved = text_without_counters(&studio);
    press(&mut studio, Key::O);
    assert!(!thing(&studio, "user,").rect().intersects(thing(&studio, "Runtime,").rect()));
    assert_eq!(session(&studio).history().undo_name(), Some("Open Runtime"));
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), moved);
    ctrl(&mut studio, Key::Z);
    assert_eq!(text_without_counters(&studio), start);
}

#[test]
fn the_diagram_is_coloured_by_key_and_by_choice_and_says_what_colours_mean() {
    let mut studio = studio_at(ROOMY, Some(example()), None);
    let legend = |studio: &Studio, of: &str| says(studio, &format!("Legend: {of}"));
    assert!(!says(&studio, "Legend"));
    for (key, of) in
        [(Key::Num1, "Risk"), (Key::Num2, "Sensitivity"), (Key::Num3, "Trust"), (Key::Num4, "Open questions")]
    {
        studio.key_press_modifiers(Modifiers::ALT, key);
        studio.run();
        assert!(legend(&studio, of), "{of}");
    }
    // The same key again takes the colours off.
    studio.key_press_modifiers(Modifiers::ALT, Key::Num4);
    studio.run();
    assert!(!says(&studio, "Legend"));
    pick(&mut studio, "Colour by", "Trust");
    assert!(legend(&studio, "Trust"));
    pick(&mut studio, "Colour by", "Nothing");
    assert!(!says(&studio, "Legend"));
    assert_eq!(session(&studio).history().undo_name(), None, "no part of the model");
}

#[test]
fn what_the_diagram_is_coloured_by_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Start::empty().with_data(DataFolder::at(folder.path()));
    let mut first = studio_from(start(), Some(example()));
    first.key_press_modifiers(Modifiers::ALT, Key::Num2);
    first.run();
    drop(first);
    let second = studio_from(start(), Some(example()));
    assert!(says(&second, "Legend: Sensitivity"));
}
