//! Dialogs that stop everything else: unsaved work, a path to type, what an import could not carry, help.

use std::path::PathBuf;

use egui::{Context, Frame, Id, Key, Margin, Modal, Modifiers, Stroke, Ui, Vec2};

use crate::exchange::engines::Exported;
use crate::model::Band;
use crate::picture::Role;
use crate::session::prometheus::LiveSource;
use crate::session::{Command, Group, Place, Session};

use super::file_requests::with_ending;
use super::picker::{Ask, AskKind};
use super::theme::{self, Look};
use super::widgets::{self, Button, Field};
use super::{attack_dialog, files, icons, keys, live_trace, policy_export, welcome, words};

/// What happens once nothing unsaved is in the way.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// The window closes.
    Quit,
    /// The welcome screen shows.
    Welcome,
    /// An empty model opens.
    New,
    /// The example opens.
    Example,
    /// A template opens, by its name.
    Template(String),
    /// A file opens.
    Open(PathBuf),
    /// A crash's unsaved work opens, by its number in the list.
    Recover(usize),
    /// The file is read again.
    Reload,
}

/// What a path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Add a trace.
    Trace,
    /// The event log of the chosen trace.
    Events,
    /// The labelled attacks of the chosen trace.
    Labels,
    /// To save the trace of the latest run, and its labels beside it.
    SaveTrace,
    /// To open.
    Open,
    /// To save the model.
    Save,
    /// To save a drawing or a report.
    Export(Command),
    /// To save exported policies.
    Policies,
}

/// A dialog that is open.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// There is unsaved work in the way of something.
    Unsaved(Then),
    /// A crash has left work on the file that was opened: its number in the list, and what is known of it.
    Leftover(usize, String),
    /// A path is typed, because the system has no dialog.
    Path {
        /// What is asked for.
        purpose: Purpose,
        /// How it is asked.
        ask: Ask,
        /// As far as it is typed.
        text: String,
        /// Why it was not taken.
        problem: String,
    },
    /// The name of who works here, as far as it is typed.
    Author(String),
    /// The ways to put a problem right.
    Fix(Box<crate::analysis::lint::Finding>),
    /// The templates that a model can start from.
    Templates,
    /// What a new policy starts from.
    NewPolicy,
    /// Policies for an engine.
    Policies(Box<policy_export::State>),
    /// A Prometheus server as a trace.
    Live(live_trace::State),
    /// An attack to make up on top of a trace.
    Attack(Box<attack_dialog::State>),
    /// What an import could not carry.
    Losses,
    /// The keys.
    Keys,
    /// The first steps.
    FirstSteps,
    /// About the program.
    About,
}

/// How a dialog ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// Save first, then go on.
    SaveAnd(Then),
    /// Go on, and lose what is not saved.
    Discard(Then),
    /// The work that a crash has left is opened.
    Restore(usize),
    /// The work that a crash has left is given up.
    ThrowAway(usize),
    /// This path was typed.
    Path(Purpose, PathBuf),
    /// This is who works here.
    Author(String),
    /// The model is to be changed so.
    Change(crate::edit::Transaction),
    /// A model is started from that template.
    Template(String),
    /// This policy is added.
    NewPolicy(Box<crate::model::Policy>),
    /// These policies are saved, under a name like that.
    Policies(Exported),
    /// This server is a trace from now on.
    Live(LiveSource),
    /// This attack is put on a trace.
    Attack(attack_dialog::Wanted),
    /// Nothing happens.
    Closed,
}

/// Shows the dialog; says how it ended once it has.
pub fn show(
    ctx: &Context,
    dialog: &mut Dialog,
    session: Option<&Session>,
    welcome: &mut welcome::State,
) -> Option<Ended> {
    let dark = ctx.theme() == egui::Theme::Dark;
    let palette = if dark { crate::picture::Palette::dark() } else { crate::picture::Palette::light() };
    let frame = Frame::new()
        .fill(theme::rgb(palette.color(Role::Panel)))
        .stroke(Stroke::new(1.0, theme::rgb(palette.color(Role::Edge))))
        .corner_radius(12.0)
        .inner_margin(Margin::same(24))
        .shadow(theme::popup_shadow(dark));
    let area = Modal::default_area(Id::unique("dialog")).accessible_name(title(dialog));
    let modal = Modal::new(Id::unique("dialog")).area(area).frame(frame).backdrop_color(theme::scrim(dark));
    let response = modal.show(ctx, |ui| {
        ui.set_width(width(dialog).min(ctx.content_rect().width() - 96.0));
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
        widgets::section(ui, title(dialog));
        match dialog {
            Dialog::Unsaved(then) => unsaved(ui, then, session),
            Dialog::Leftover(number, sentence) => leftover(ui, *number, sentence),
            Dialog::Path { purpose, ask, text, problem } => path(ui, *purpose, ask, text, problem),
            Dialog::Author(name) => author(ui, name),
            Dialog::Fix(finding) => {
                let session = session?;
                widgets::paragraph(ui, &finding.what, Look::BODY, Role::TextSecondary);
                ui.spacing_mut().item_spacing.y = 1.0;
                super::fixing::list(ui, session, finding).map(Ended::Change)
            }
            Dialog::Templates => templates(ui, welcome),
            Dialog::NewPolicy => super::new_policy::show(ui, session?),
            Dialog::Policies(state) => policy_export::show(ui, state, session),
            Dialog::Live(state) => live_trace::show(ui, state),
            Dialog::Attack(state) => attack_dialog::show(ui, state),
            Dialog::Losses => losses(ui, session),
            Dialog::Keys => key_list(ui),
            Dialog::FirstSteps => first_steps(ui),
            Dialog::About => about(ui),
        }
    });
    let dismissed = response.should_close().then_some(Ended::Closed);
    response.inner.or(dismissed)
}

fn width(dialog: &Dialog) -> f32 {
    match dialog {
        Dialog::Keys | Dialog::Losses => 640.0,
        Dialog::NewPolicy | Dialog::Attack(_) => 560.0,
        Dialog::Policies(_) => 860.0,
        Dialog::Templates => 1040.0,
        _ => 480.0,
    }
}

fn title(dialog: &Dialog) -> &'static str {
    match dialog {
        Dialog::Unsaved(_) => "Save your changes?",
        Dialog::Leftover(..) => "Restore your unsaved work?",
        Dialog::Path { ask: Ask { kind: AskKind::Open, .. }, .. } => "Open which file?",
        Dialog::Path { .. } => "Save under which name?",
        Dialog::Author(_) => "Your name",
        Dialog::Fix(_) => "Fix this problem",
        Dialog::Templates => "New from template",
        Dialog::NewPolicy => "New policy",
        Dialog::Policies(_) => "Export policies for an engine",
        Dialog::Live(_) => "Take a trace from Prometheus",
        Dialog::Attack(state) => state.title(),
        Dialog::Losses => "What could not be carried",
        Dialog::Keys => "Keys",
        Dialog::FirstSteps => "First steps",
        Dialog::About => "About Threat Studio",
    }
}

pub(super) fn buttons<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(6.0);
    let size = Vec2::new(ui.available_width(), theme::size::BUTTON);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), contents).inner
}

pub(super) fn enter(ui: &Ui) -> bool {
    ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
}

fn unsaved(ui: &mut Ui, then: &Then, session: Option<&Session>) -> Option<Ended> {
    let name = session.map(Session::title).unwrap_or_default();
    let sentence = format!("{name} has changes that are not saved. Without saving, they are gone.");
    widgets::paragraph(ui, &sentence, Look::BODY, Role::TextSecondary);
    let confirmed = enter(ui);
    buttons(ui, |ui| {
        if Button::primary("Save").keys("Enter").show(ui).clicked() || confirmed {
            return Some(Ended::SaveAnd(then.clone()));
        }
        if Button::plain("Cancel").keys("Esc").show(ui).clicked() {
            return Some(Ended::Closed);
        }
        Button::danger("Do not save").show(ui).clicked().then(|| Ended::Discard(then.clone()))
    })
}

fn templates(ui: &mut Ui, state: &mut welcome::State) -> Option<Ended> {
    widgets::paragraph(
        ui,
        "Small, complete systems with zones, assets and a few rated threats. What you draw over is yours; the template stays.",
        Look::BODY,
        Role::TextSecondary,
    );
    // An area starts out no higher than egui's usual window; the cards may use all the room.
    let room = (ui.ctx().content_rect().height() - 260.0).max(200.0);
    let width = ui.available_width();
    let list = egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room);
    let chosen = list.show(ui, |ui| welcome::template_cards(ui, state, usize::MAX, width)).inner;
    let cancelled = buttons(ui, |ui| Button::plain("Cancel").keys("Esc").show(ui).clicked());
    chosen.map(|name| Ended::Template(name.to_owned())).or(cancelled.then_some(Ended::Closed))
}

fn leftover(ui: &mut Ui, number: usize, sentence: &str) -> Option<Ended> {
    let sentence = format!("{sentence} The file itself is as it was last saved.");
    widgets::paragraph(ui, &sentence, Look::BODY, Role::TextSecondary);
    let confirmed = enter(ui);
    buttons(ui, |ui| {
        if Button::primary("Restore").keys("Enter").show(ui).clicked() || confirmed {
            return Some(Ended::Restore(number));
        }
        if Button::plain("Later").keys("Esc").show(ui).clicked() {
            return Some(Ended::Closed);
        }
        Button::danger("Throw away").show(ui).clicked().then_some(Ended::ThrowAway(number))
    })
}

fn path(ui: &mut Ui, purpose: Purpose, ask: &Ask, text: &mut String, problem: &mut String) -> Option<Ended> {
    widgets::paragraph(
        ui,
        "This system offers no file dialog, so the path is typed. ~ stands for your own folder.",
        Look::BODY,
        Role::TextSecondary,
    );
    let hint = "~/models/system.threat.ron";
    let response = Field::new("Path").look(Look::CODE).hint(hint).caret_at_end().show(ui, text);
    if response.changed() {
        problem.clear();
    }
    // Enter takes the focus away; asked for again, it would seem never to have been lost.
    let confirmed = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !ui.ctx().text_edit_focused() && problem.is_empty() && !confirmed {
        response.request_focus();
    }
    if !problem.is_empty() {
        widgets::small(ui, problem, Role::SeverityText(Band::Critical));
    }
    let verb = if ask.kind == AskKind::Open { "Open" } else { "Save" };
    buttons(ui, |ui| {
        if Button::primary(verb).keys("Enter").show(ui).clicked() || confirmed {
            match wrong_with(purpose, ask, text.trim(), problem) {
                Some(wrong) => *problem = wrong,
                None => return Some(Ended::Path(purpose, files::full(text.trim()))),
            }
            response.request_focus();
        }
        Button::plain("Cancel").keys("Esc").show(ui).clicked().then_some(Ended::Closed)
    })
}

/// Why a typed path is not taken. A file in the way of a new one is said once; who confirms again, replaces it.
fn wrong_with(purpose: Purpose, ask: &Ask, text: &str, said: &str) -> Option<String> {
    if text.is_empty() {
        return Some("Type a path first.".to_owned());
    }
    let path = files::full(text);
    let shown = files::typed(&path);
    if ask.kind == AskKind::Open {
        return (!path.is_file()).then(|| format!("There is no file {shown}."));
    }
    let path = if purpose == Purpose::Save { with_ending(path) } else { path };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    if path.is_dir() {
        Some(format!("{shown} is a folder. Add a name for the file."))
    } else if let Some(folder) = folder {
        Some(format!("There is no folder {}.", files::typed(folder)))
    } else {
        let there = format!("{} is there already. Save once more to replace it.", files::typed(&path));
        (path.exists() && said != there).then_some(there)
    }
}

fn author(ui: &mut Ui, name: &mut String) -> Option<Ended> {
    widgets::paragraph(
        ui,
        "It stands beside the decisions, dismissals, reviews and notes that you make from now on. It is kept on this machine and written only into the models that you work on.",
        Look::BODY,
        Role::TextSecondary,
    );
    let id = ui.make_persistent_id("your name");
    let response = Field::new("Your name").id(id).icon("user").hint("Ada Lovelace").show(ui, name);
    let confirmed = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !ui.ctx().text_edit_focused() && !confirmed {
        response.request_focus();
    }
    buttons(ui, |ui| {
        if Button::primary("Save").keys("Enter").show(ui).clicked() || confirmed {
            return Some(Ended::Author(name.trim().to_owned()));
        }
        Button::plain("Cancel").keys("Esc").show(ui).clicked().then_some(Ended::Closed)
    })
}

fn losses(ui: &mut Ui, session: Option<&Session>) -> Option<Ended> {
    let Some(session) = session else { return Some(Ended::Closed) };
    let losses = session.losses();
    let sentence = if losses.is_empty() {
        "Everything in the file has found its place.".to_owned()
    } else {
        "These parts of the file have no place in a model here. The file itself is unchanged.".to_owned()
    };
    widgets::paragraph(ui, &sentence, Look::BODY, Role::TextSecondary);
    egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
        ui.set_width(ui.available_width() - 10.0);
        for loss in losses {
            let what = words::capital(&format!("{}: {}", loss.place, loss.what));
            widgets::paragraph(ui, &what, Look::BODY_MEDIUM, Role::Text);
            widgets::small(ui, &words::capital(&loss.why), Role::TextSecondary);
            widgets::divider(ui);
        }
    });
    close(ui)
}

fn close(ui: &mut Ui) -> Option<Ended> {
    let confirmed = enter(ui);
    buttons(ui, |ui| {
        (Button::primary("Close").keys("Enter").show(ui).clicked() || confirmed).then_some(Ended::Closed)
    })
}

fn key_list(ui: &mut Ui) -> Option<Ended> {
    egui::ScrollArea::vertical().max_height(520.0).show(ui, |ui| {
        ui.set_width(ui.available_width() - 10.0);
        ui.spacing_mut().item_spacing.y = 4.0;
        for group in Group::ALL {
            widgets::caption(ui, group.label());
            for command in
                Command::ALL.iter().filter(|command| command.group() == group && !command.keys().is_empty())
            {
                ui.horizontal(|ui| {
                    let (_, rect) = ui.allocate_space(Vec2::new(300.0, 24.0));
                    let text = widgets::line(ui, command.label(), Look::BODY, theme::color(ui, Role::Text));
                    widgets::put_left(ui.painter(), rect.left(), rect.center().y, text);
                    for (index, keys) in command.keys().iter().enumerate() {
                        if index > 0 {
                            widgets::label(ui, "or", Look::SMALL, Role::TextTertiary);
                        }
                        widgets::key_caps(ui, &keys::caps_of(*keys));
                    }
                    let place = command.keys().first().map_or(Place::Anywhere, |keys| keys.place);
                    let place = match place {
                        Place::Anywhere => "",
                        Place::Canvas => "on the canvas",
                        Place::Threats => "in Threats",
                    };
                    widgets::label(ui, place, Look::SMALL, Role::TextTertiary);
                });
            }
            ui.add_space(8.0);
        }
        widgets::caption(ui, "On the canvas");
        for (caps, what) in [
            ("↑ ↓ ← →", "Move what is selected by 1, with Shift by 24"),
            ("Tab", "The next thing in reading order"),
            ("Space", "Held: drag the canvas"),
            ("Alt", "Held: nothing snaps"),
        ] {
            ui.horizontal(|ui| {
                let (_, rect) = ui.allocate_space(Vec2::new(300.0, 24.0));
                let text = widgets::line(ui, what, Look::BODY, theme::color(ui, Role::Text));
                widgets::put_left(ui.painter(), rect.left(), rect.center().y, text);
                widgets::key_caps(ui, caps);
            });
        }
    });
    close(ui)
}

fn first_steps(ui: &mut Ui) -> Option<Ended> {
    for (icon, title, sentence) in [
        (
            "network",
            "Draw the system",
            "Press 1 to 7 for components, drag from one to another to connect them, press B to put a zone around them. Or press Ctrl K and type: user -> agent: HTTPS",
        ),
        (
            "gem",
            "Name the assets",
            "What is worth protecting, where it rests, and which interfaces carry it.",
        ),
        (
            "triangle-alert",
            "Find threats",
            "Answer the questions, then accept what is suggested or dismiss it with a reason.",
        ),
        ("grid-3x3", "Rate the risk", "Likelihood and impact from 1 to 5. Controls lower one or the other."),
        (
            "scroll-text",
            "Write policies",
            "What agents must and must not do, each rule tied to its threats and controls.",
        ),
        (
            "activity",
            "Simulate them",
            "Run policies on traces; what was detected becomes evidence and moves the risk.",
        ),
        ("file-text", "Print the report", "A PDF with the diagram, the register and the sign-off."),
    ] {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            icons::show(ui, icon, 18.0, theme::color(ui, Role::Accent));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                widgets::label(ui, title, Look::BODY_STRONG, Role::Text);
                widgets::paragraph(ui, sentence, Look::SMALL, Role::TextSecondary);
            });
        });
    }
    close(ui)
}

fn about(ui: &mut Ui) -> Option<Ended> {
    let version = format!("Version {}", env!("CARGO_PKG_VERSION"));
    widgets::label(ui, &version, Look::BODY, Role::Text);
    widgets::paragraph(
        ui,
        "Draw the system, find what can go wrong, choose what to do about it, and show that it works. \
         Fonts: Inter, JetBrains Mono, Source Serif 4, IBM Plex (OFL), DejaVu Sans. Icons: Lucide (ISC).",
        Look::BODY,
        Role::TextSecondary,
    );
    close(ui)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_path_is_taken_or_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.threat.ron");
        std::fs::write(&file, "()").unwrap();
        let text = |name: &str| folder.path().join(name).display().to_string();
        let check = |kind: AskKind, purpose, text: &str, expected: Option<&str>| {
            let ask = Ask { title: String::new(), kind, filter: Default::default(), folder: None };
            let wrong = wrong_with(purpose, &ask, text, "");
            match (&wrong, expected) {
                (None, None) => {}
                (Some(wrong), Some(part)) => {
                    assert!(wrong.contains(part), "{wrong}");
                    // Only a file in the way can be insisted on.
                    let again = wrong_with(purpose, &ask, text, wrong);
                    assert_eq!(again.is_none(), part == "there already", "{wrong}");
                }
                _ => panic!("{text}: {wrong:?} instead of {expected:?}"),
            }
        };
        let save = || AskKind::Save("a".to_owned());
        check(AskKind::Open, Purpose::Open, "", Some("Type a path"));
        check(AskKind::Open, Purpose::Open, &text("a.threat.ron"), None);
        check(AskKind::Open, Purpose::Open, &text("b.threat.ron"), Some("no file"));
        check(save(), Purpose::Save, &text("b"), None);
        check(save(), Purpose::Save, &text("a"), Some("there already"));
        check(save(), Purpose::Export(Command::SavePdf), &text("a"), None);
        check(save(), Purpose::Save, &text("none/b"), Some("no folder"));
        check(
            save(),
            Purpose::Export(Command::SavePdf),
            &folder.path().display().to_string(),
            Some("is a folder"),
        );
    }
}
