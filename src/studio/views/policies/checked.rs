//! What lint and the checks before a run say, each at what it is about: its sign, its sentence, and the ways to put it right.

use egui::Ui;

use crate::analysis::lint::Finding;
use crate::model::{ItemId, PolicyId};
use crate::picture::Role;
use crate::studio::problems::severity_look;
use crate::studio::theme;
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};
use crate::studio::{fixing, icons, words};

/// The open findings about a thing.
fn about<'a>(ctx: &ViewContext<'a>, item: ItemId) -> Vec<&'a Finding> {
    let open = ctx.derived().findings().iter().filter(|finding| finding.suppressed.is_none());
    open.filter(|finding| finding.item == Some(item)).collect()
}

/// Whether something was found about a thing.
pub(super) fn any(ctx: &ViewContext<'_>, item: ItemId) -> bool {
    !about(ctx, item).is_empty()
}

/// The findings about one thing; whether there were any.
pub(super) fn of_item(ui: &mut Ui, ctx: &mut ViewContext<'_>, item: ItemId) -> bool {
    let found = about(ctx, item);
    for (index, finding) in found.iter().enumerate() {
        ui.push_id((&finding.rule, index), |ui| row(ui, ctx, finding));
    }
    !found.is_empty()
}

fn row(ui: &mut Ui, ctx: &mut ViewContext<'_>, finding: &Finding) {
    let (icon, role) = severity_look(finding.severity);
    ui.horizontal_top(|ui| {
        let (_, rect) = ui.allocate_space(egui::Vec2::splat(20.0));
        icons::paint_at(ui.painter(), icon, rect.center(), 14.0, theme::color(ui, role));
        let room = (ui.available_width() - 74.0).max(120.0);
        ui.vertical(|ui| {
            ui.set_width(room);
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::small(ui, &finding.what, Role::Text);
            let kind = format!("{} {}: {}", finding.severity.label(), finding.rule, finding.fix);
            widgets::small(ui, &words::capital(&kind), Role::TextTertiary);
        });
        if !fixing::offered(ctx.session, finding).is_empty() {
            let place = finding.item.map(|item| ctx.project().name_of(item)).unwrap_or_default();
            let name = format!("Fix {} at {place}", finding.rule);
            let button = Button::quiet("Fix").named(&name).chevron().small().show(ui);
            widgets::open_menu(&button, &name, 340.0, |ui| {
                if let Some(transaction) = fixing::list(ui, ctx.session, finding) {
                    ctx.commit(transaction);
                    ui.close();
                }
            });
        }
    });
}

/// What was found about a policy as a whole; what is about its rules stands there.
pub(super) fn of_policy(ui: &mut Ui, ctx: &mut ViewContext<'_>, shown: PolicyId) {
    widgets::heading(ui, "Checked before it runs", None);
    let rules = ctx.project().policies.get(shown).into_iter().flat_map(|policy| &policy.rules);
    let at_rules = rules.map(|rule| about(ctx, rule.id.into()).len()).sum::<usize>();
    let some = of_item(ui, ctx, shown.into());
    if at_rules > 0 {
        let count = words::counted(at_rules, "finding stands", "findings stand");
        widgets::small(ui, &format!("{count} at the rules."), Role::TextSecondary);
    } else if !some {
        ui.horizontal(|ui| {
            icons::show(ui, "check", 14.0, theme::color(ui, Role::Good));
            widgets::small(ui, "Nothing to complain about", Role::TextSecondary);
        });
    }
}
