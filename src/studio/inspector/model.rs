//! Nothing is selected: the fields of the model itself.

use egui::Ui;

use crate::edit::{Details, verbs};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::widgets;

use super::parts;

/// Shows the fields.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    let project = cx.project();
    let change = |field: &'static str, set: &dyn Fn(&mut Details)| {
        verbs::change_details(project, field, |details| set(details))
    };
    widgets::label(ui, "Model", Look::SMALL, Role::TextTertiary);
    widgets::section(ui, &cx.session.title());
    ui.add_space(6.0);
    parts::text(ui, cx, "Name", "What people call the system", &project.name, |text| {
        change("name", &|d| d.name.clone_from(&text))
    });
    parts::paragraph(ui, cx, "Purpose", "What the system is", &project.description, |text| {
        change("description", &|d| d.description.clone_from(&text))
    });
    parts::text(ui, cx, "Owner", "Who answers for it", &project.owner, |text| {
        change("owner", &|d| d.owner.clone_from(&text))
    });
    parts::text(ui, cx, "Classification", "Internal", &project.classification, |text| {
        change("classification", &|d| d.classification.clone_from(&text))
    });
    parts::text(ui, cx, "Version", "1", &project.version, |text| {
        change("version", &|d| d.version.clone_from(&text))
    });
    parts::day(ui, cx, "Review due", project.review_due, |date| {
        change("review_due", &|d| d.review_due = date)
    });
    let contributors = project.contributors.clone();
    widgets::property(ui, "Contributors", |ui| {
        let field = widgets::Field::new("Contributors").hint("Names, apart by commas");
        let changed = widgets::number_field(
            ui,
            field,
            &contributors,
            |names| names.join(", "),
            |text| {
                Ok(text
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect())
            },
        );
        if let Some(names) = changed {
            cx.commit(change("contributors", &|d: &mut Details| d.contributors.clone_from(&names)));
        }
    });
    parts::paragraph(ui, cx, "Out of scope", "What is left out, and why", &project.out_of_scope, |text| {
        change("out_of_scope", &|d| d.out_of_scope.clone_from(&text))
    });
    ui.add_space(8.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    widgets::small(
        ui,
        "Select something on the canvas or in the outline to see its fields.",
        Role::TextTertiary,
    );
}
