//! What is asked for is done here, between two frames.

use std::collections::BTreeSet;

use egui::{Context, ThemePreference, ViewportCommand};

use crate::edit::EditError;
use crate::edit::verbs::{self, Clip};
use crate::model::{Asset, ItemId, Project};
use crate::picture::layout::{Scope, zones_of};
use crate::picture::scene::Overlay;
use crate::session::{Command, Request, Session, Step, work};

use super::app::App;
use super::canvas::{self, Tool};
use super::canvas_commands;
use super::dialogs::{Dialog, Then};
use super::policy_export;
use super::prefs::ThemeChoice;
use super::quick_draw;
use super::regions::{self, Region};

impl App {
    /// Does one thing that was asked for.
    pub(super) fn act(&mut self, ctx: &Context, request: Request) {
        match request {
            Request::Command(command) => self.command(ctx, command),
            Request::Commit(transaction) => self.change(|session| session.commit(transaction)),
            Request::Amend(transaction, revision) => {
                self.change(|session| session.amend(transaction, revision));
            }
            Request::CommitAndSelect(transaction, items) => {
                self.change(|session| session.commit_and_select(transaction, items));
            }
            Request::Say(words) => self.toasts.note(words),
            Request::Seal => self.with_session(Session::seal),
            Request::Select(items) => self.with_session(|session| session.select(items)),
            Request::FilterThreats(filter) => self.with_session(|session| session.filter_threats(filter)),
            Request::ToggleSelected(item) => self.with_session(|session| session.toggle_selected(item)),
            Request::Reveal(item) => self.go_to(item),
            Request::ShowProblems(severity) => {
                self.command(ctx, Command::GoSystem);
                (self.prefs.problems, self.system.problems.open_where_narrow) = (true, true);
                self.system.problems.show_only(severity);
            }
            Request::PlayPath(place) => self.play_path(Some(place)),
            Request::LightUp(finding) => self.light_up(finding),
            Request::ShowView(view) => self.with_session(|session| session.show_view(view)),
            Request::OpenPath(path) => self.replace(ctx, Then::Open(path)),
            Request::SaveTo(path) => self.save_to(path),
            Request::NewFromTemplate(name) => self.replace(ctx, Then::Template(name)),
            Request::Cancel(id) => self.jobs.cancel(id),
            Request::MakePages(choice) => self.make_pages(choice),
            Request::ChooseReport(choice) => self.with_session(|session| session.choose_report(choice)),
            Request::KeepStencil(name) => self.keep_stencil(&name),
            Request::RenameStencil(path, name) => self.rename_stencil(&path, &name),
            Request::DeleteStencil(path) => self.delete_stencil(&path),
            Request::NewPack(name) => self.new_pack(&name),
            Request::SavePack(path, text) => self.save_pack(&path, &text),
            Request::DeletePack(path) => self.delete_pack(&path),
            Request::ExportPolicies(target) => {
                self.dialog = Some(Dialog::Policies(Box::new(policy_export::State::of(target))));
            }
            Request::ChangeAttack(place) => self.change_attack(Some(place)),
            Request::RecordEvidence(found) => self.record_evidence(&found),
            Request::RunSimulation(files, policies) => self.simulate(files, policies),
            Request::StudyThreshold(place, wanted) => self.study_threshold(place, wanted),
            Request::ComparePolicies(before, after) => self.compare_policies(before, after),
        }
    }

    fn with_session(&mut self, act: impl FnOnce(&mut Session)) {
        if let Some(session) = &mut self.session {
            act(session);
        }
    }

    /// A change that may be refused; then everything is as it was, and the reason is shown.
    pub(super) fn change(&mut self, act: impl FnOnce(&mut Session) -> Result<(), EditError>) {
        if let Some(Err(error)) = self.session.as_mut().map(act) {
            self.toasts.error(format!("That change was refused: {error}."));
        }
    }

    fn go_to(&mut self, item: ItemId) {
        let step = match item {
            item if is_on_the_diagram(item) => Some(Step::System),
            ItemId::Asset(_) if self.step != Step::System => Some(Step::Assets),
            ItemId::Threat(_) if self.step != Step::Risk => Some(Step::Threats),
            ItemId::Control(_) => Some(Step::Threats),
            ItemId::Policy(_) | ItemId::Rule(_) => Some(Step::Policies),
            _ => None,
        };
        self.with_session(|session| session.select([item]));
        self.step = step.unwrap_or(self.step);
        self.reveal = Some(item);
    }

    /// Whether a command can be done now; a menu shows it pale otherwise.
    pub(super) fn can(&self, command: Command) -> bool {
        let Some(session) = &self.session else { return command.works_without_model() };
        let selection = session.selection();
        let diagram = &session.project().diagram;
        match command {
            Command::Undo if self.edits_pack() => self.views.threats.packs.undo_name().is_some(),
            Command::Redo if self.edits_pack() => self.views.threats.packs.redo_name().is_some(),
            Command::Undo => session.history().undo_name().is_some(),
            Command::Redo => session.history().redo_name().is_some(),
            Command::Cut
            | Command::Copy
            | Command::Duplicate
            | Command::Delete
            | Command::FitSelection
            | Command::KeepStencil
            | Command::SelectConnected => !selection.is_empty(),
            Command::ConfirmAssumed => {
                verbs::confirm_assumed(session.project(), selection.items(), None).is_some()
            }
            // Elsewhere a name is a field in sight.
            Command::Rename => {
                selection.single().is_some_and(|item| self.step == Step::System || is_on_the_diagram(item))
            }
            Command::ShowBlastRadius => matches!(selection.single(), Some(ItemId::Component(_))),
            Command::TurnRound => matches!(selection.single(), Some(ItemId::Interface(_))),
            Command::TidyUpZone | Command::TidyUpSelection => tidy_scope(session, command).is_some(),
            Command::Reload => session.path().is_some(),
            Command::ClearThreatFilter => session.threat_filter().is_some(),
            Command::ShowLosses => !session.losses().is_empty(),
            Command::TidyUp
            | Command::SaveDiagramSvg
            | Command::SaveDiagramPng
            | Command::SaveDiagramPdf
            | Command::CopyDiagramSvg
            | Command::CopyDiagramPng => diagram.component_count() > 0,
            other => canvas_commands::can(session, other),
        }
    }

    /// Whether what a command switches is on; none for commands that switch nothing.
    pub(super) fn is_on(&self, command: Command) -> Option<bool> {
        Some(match command {
            Command::ShowRisk => self.prefs.show_risk,
            Command::ShowAssets => self.prefs.show_assets,
            Command::ShowAttackPaths => self.prefs.show_paths,
            Command::ColourByNothing
            | Command::ColourByRisk
            | Command::ColourBySensitivity
            | Command::ColourByTrust
            | Command::ColourByQuestions => canvas::legend::overlay_of(command) == Some(self.prefs.overlay),
            Command::ToggleOutline => self.prefs.outline_shown(self.narrow) && !self.prefs.stencils,
            Command::ToggleStencils => self.prefs.stencils_shown(self.narrow),
            Command::ToggleInspector => self.prefs.inspector_shown(self.narrow),
            Command::ToggleProblems if self.narrow => self.system.problems.open_where_narrow,
            Command::ToggleProblems => self.prefs.problems,
            Command::FollowSystemTheme => self.prefs.theme == ThemeChoice::System,
            Command::FullScreen => self.full_screen,
            Command::Pin => self.session.as_ref().is_some_and(canvas::arrange::all_pinned),
            Command::CurveFlow => self.session.as_ref().is_some_and(canvas::curves::all_curved),
            Command::CurveAll => {
                self.session.as_ref().and_then(Session::view).is_some_and(|view| view.curved)
            }
            _ => return None,
        })
    }

    /// Colours the diagram; the same command a second time takes the colours off again.
    fn colour_by(&mut self, command: Command) {
        let asked = canvas::legend::overlay_of(command).unwrap_or_default();
        self.prefs.overlay = if self.prefs.overlay == asked { Overlay::Nothing } else { asked };
        self.step = Step::System;
    }

    fn command(&mut self, ctx: &Context, command: Command) {
        if !self.can(command) {
            return;
        }
        if let Some(step) = command.step() {
            self.step = step;
            return;
        }
        match command {
            Command::New => self.replace(ctx, Then::New),
            Command::Open => self.ask_to_open(ctx, false),
            Command::Import => self.ask_to_open(ctx, true),
            Command::NewFromTemplate => self.dialog = Some(Dialog::Templates),
            Command::OpenExample => self.replace(ctx, Then::Example),
            Command::CloseModel => self.replace(ctx, Then::Welcome),
            Command::Quit => self.replace(ctx, Then::Quit),
            Command::Reload => self.replace(ctx, Then::Reload),
            Command::ExportPolicies => self.dialog = Some(Dialog::Policies(Box::default())),
            Command::ShowLosses => self.dialog = Some(Dialog::Losses),
            Command::Save => self.save(ctx),
            Command::SaveAs => self.save_as(ctx),
            Command::CopyDiagramPng | Command::CopyDiagramSvg => self.copy_diagram(ctx, command),
            Command::SaveDiagramSvg
            | Command::SaveDiagramPng
            | Command::SaveDiagramPdf
            | Command::SavePdf
            | Command::SaveHtml
            | Command::SaveMarkdown
            | Command::SaveRegisterCsv
            | Command::SaveListCsv => self.ask_to_export(ctx, command),
            Command::Palette => self.palette.toggle(ctx),
            Command::AddNext => {
                self.step = Step::System;
                let joins = self.session.as_ref().and_then(quick_draw::start).is_some();
                self.palette.open_with(ctx, if joins { "-> " } else { "+ " });
            }
            Command::ToggleTheme => {
                let dark = ctx.theme() == egui::Theme::Dark;
                self.prefs.theme = if dark { ThemeChoice::Light } else { ThemeChoice::Dark };
                self.set_theme(ctx);
            }
            Command::FollowSystemTheme => {
                self.prefs.theme = ThemeChoice::System;
                ctx.set_theme(ThemePreference::System);
            }
            Command::FullScreen => {
                self.full_screen = !self.full_screen;
                ctx.send_viewport_cmd(ViewportCommand::Fullscreen(self.full_screen));
            }
            Command::FirstSteps => self.dialog = Some(Dialog::FirstSteps),
            Command::KeyboardShortcuts => self.dialog = Some(Dialog::Keys),
            Command::About => self.dialog = Some(Dialog::About),
            Command::YourName => self.dialog = Some(Dialog::Author(self.settings.author.clone())),
            Command::ColourByNothing
            | Command::ColourByRisk
            | Command::ColourBySensitivity
            | Command::ColourByTrust
            | Command::ColourByQuestions => self.colour_by(command),
            Command::ShowRisk => self.prefs.show_risk = !self.prefs.show_risk,
            Command::ShowAssets => self.prefs.show_assets = !self.prefs.show_assets,
            Command::ShowAttackPaths => self.prefs.show_paths = !self.prefs.show_paths,
            Command::PlayAttackPath => self.play(),
            Command::NextGraphFinding => self.next_graph_finding(),
            Command::ShowBlastRadius => self.show_blast_radius(),
            Command::KeepStencil => self.name_stencil(),
            Command::ToggleOutline => self.prefs.toggle_outline(self.narrow),
            Command::ToggleStencils => self.toggle_stencils(),
            Command::ToggleInspector => self.prefs.toggle_inspector(self.narrow),
            Command::ToggleProblems => {
                let open = if self.narrow {
                    &mut self.system.problems.open_where_narrow
                } else {
                    &mut self.prefs.problems
                };
                *open = !*open;
            }
            Command::Undo | Command::Redo => self.step_history(command),
            Command::FixProblem | Command::FixRule => self.fix_problem(),
            Command::NextQuestion => self.next_question(),
            Command::NextProblem => self.next_problem(1),
            Command::PreviousProblem => self.next_problem(-1),
            Command::NextRegion => self.next_region(ctx),
            other => self.model_command(ctx, other),
        }
    }

    /// Commands that work on the model or on the canvas.
    fn model_command(&mut self, ctx: &Context, command: Command) {
        let Some(session) = &mut self.session else { return };
        let canvas = &mut self.system.canvas;
        if let Some(kind) = command.adds() {
            self.step = Step::System;
            if let Some((item, transaction)) = canvas.add_here(session, kind) {
                canvas.begin_naming(item, String::new());
                self.change(|session| session.commit_and_select(transaction, vec![item]));
            }
            return;
        }
        match command {
            Command::Copy | Command::Cut => {
                let clip = session.copy_selected();
                if clip.is_empty() {
                    return;
                }
                match clip.to_text() {
                    Ok(text) => ctx.copy_text(text),
                    Err(error) => return self.toasts.error(error.to_string()),
                }
                if command == Command::Cut {
                    self.change(Session::delete_selected);
                }
            }
            Command::Paste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            Command::Duplicate => {
                let scene = canvas.scene_as_shown(session);
                let chosen = session.selection().items();
                let (items, transaction) = canvas::actions::duplicated_beside(session, &scene, chosen);
                let copies = items.clone();
                self.change(|session| session.commit_and_select(transaction, items));
                let canvas = &mut self.system.canvas;
                if let Some(frame) =
                    self.session.as_ref().and_then(|session| canvas.frame_of(session, &copies))
                {
                    canvas.keep_in_sight(ctx, frame, canvas.rect);
                }
            }
            Command::Delete => {
                let number = session.selection().len();
                self.change(Session::delete_selected);
                if number > 1 {
                    self.toasts.say_with_undo(format!("{number} things deleted."));
                }
            }
            Command::Rename => {
                if let Some(item) = session.selection().single() {
                    if is_on_the_diagram(item) {
                        self.step = Step::System;
                    }
                    let name = canvas::current_name(session, item);
                    if self.system.outline.has_keyboard(ctx) || !canvas.is_drawn(session, item) {
                        self.system.outline.begin_rename(item, name);
                    } else {
                        canvas.begin_rename(item, name);
                    }
                }
            }
            Command::SelectAll => {
                let items = everything(session.project());
                session.select(items);
            }
            Command::ConfirmAssumed => {
                let confirmed = verbs::confirm_assumed(session.project(), session.selection().items(), None);
                if let Some(transaction) = confirmed {
                    self.change(|session| session.commit(transaction));
                }
            }
            Command::SelectNone => {
                let tidying = self.job_names.iter().find(|(_, name)| **name == TIDYING);
                if let Some((id, _)) = tidying {
                    self.jobs.cancel(*id);
                } else if !canvas.cancel() {
                    session.select([]);
                    session.filter_threats(None);
                }
                // The keyboard stays on the diagram, so that Tab goes on there.
                canvas.focus_wanted |= self.step == Step::System;
            }
            Command::FitAll => canvas.fit_wanted = Some(Vec::new()),
            Command::FitSelection => canvas.fit_wanted = Some(session.selection().items().to_vec()),
            Command::ZoomIn => canvas.zoom_wanted = Some(1.25),
            Command::ZoomOut => canvas.zoom_wanted = Some(0.8),
            Command::ToolSelect => canvas.tool = Tool::Select,
            Command::ToolPan => canvas.tool = Tool::Pan,
            Command::DrawFlow | Command::DrawZone | Command::DrawLine | Command::AddNote => {
                self.step = Step::System;
                canvas.tool = match command {
                    Command::DrawFlow => Tool::Flow,
                    Command::DrawZone => Tool::Zone,
                    Command::DrawLine => Tool::Line,
                    _ => Tool::Note,
                };
            }
            Command::TidyUp | Command::TidyUpZone | Command::TidyUpSelection => {
                let id = tidy_scope(session, command)
                    .and_then(|scope| work::start_layout(&mut self.jobs, session, scope));
                if let Some(id) = id {
                    self.job_names.insert(id, TIDYING);
                }
            }
            Command::TurnRound => {
                if let Some(ItemId::Interface(id)) = session.selection().single()
                    && let Some(transaction) = verbs::reverse(session.project(), id)
                {
                    self.change(|session| session.commit(transaction));
                }
            }
            Command::NewAsset => {
                let name = free_asset_name(session.project());
                // Nobody has said yet who may know it.
                let asset = Asset { name, unclassified: true, ..Asset::default() };
                let (id, transaction) = verbs::add_asset(session.project(), asset);
                self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
            }
            other if self.canvas_command(other) => {}
            other => self.analyze_command(ctx, other),
        }
    }

    fn step_history(&mut self, command: Command) {
        if self.edits_pack() {
            return self.views.threats.packs.step(command == Command::Undo);
        }
        self.system.canvas.cancel();
        let Some(session) = &mut self.session else { return };
        let undoes = command == Command::Undo;
        let name = if undoes { session.history().undo_name() } else { session.history().redo_name() };
        let tidied = name == Some(Command::TidyUp.label());
        let stepped = if undoes { session.undo() } else { session.redo() };
        if tidied && undoes {
            self.system.canvas.look_as_before_tidying();
        } else if tidied {
            self.system.canvas.show_tidied();
        }
        self.toasts.history_moved();
        if let Some(Err(error)) = stepped {
            self.toasts.error(format!("{} was refused: {error}.", command.label()));
        }
    }

    /// Puts in what the clipboard holds: a piece of a model, or words as a note.
    pub(super) fn paste(&mut self, text: &str) {
        let middle = canvas::middle(&self.system.canvas);
        let Some(session) = &mut self.session else { return };
        match Clip::from_text(text) {
            Ok(clip) => {
                let scene = self.system.canvas.scene_as_shown(session);
                let (items, transaction) = canvas::clips::pasted(session, &scene, &clip, middle);
                self.change(|session| session.commit_and_select(transaction, items));
            }
            Err(_) if text.trim().is_empty() => {}
            Err(_) => {
                let place = crate::model::Place { x: middle.x, y: middle.y, ..Default::default() };
                let words: String = text.trim().chars().take(2000).collect();
                let (id, transaction) =
                    verbs::add_note(session.project(), session.view_id(), &words, session.author(), place);
                self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
            }
        }
    }

    fn next_region(&mut self, ctx: &Context) {
        let here = regions::focused(ctx);
        match regions::after(ctx, here) {
            // The canvas has things of its own that take the keyboard; it is entered as a whole.
            Some(Region::View) if self.step == Step::System => self.system.canvas.focus_wanted = true,
            Some(region) => regions::enter(ctx, region),
            None => {}
        }
    }

    fn next_problem(&mut self, by: i64) {
        let Some(session) = &self.session else { return };
        let items = super::problems::places(session);
        if items.is_empty() {
            self.toasts.say("No problems.");
            return;
        }
        let number = items.len() as i64;
        // Forward begins at the first, which is the gravest, and back at the last.
        let before = self.system.problems.chosen.map_or(if by > 0 { -1 } else { 0 }, |known| known as i64);
        let next = (before + by).rem_euclid(number) as usize;
        self.system.problems.chosen = Some(next);
        if let Some(item) = items.get(next).copied().flatten() {
            self.go_to(item);
        }
    }

    /// Offers the ways to put the problem right that F8 came to last, or the first of what is selected, or the first.
    fn fix_problem(&mut self) {
        let Some(session) = &self.session else { return };
        let open = super::problems::open(session);
        let selected = session.selection().single();
        let at_selected = || open.iter().position(|finding| selected.is_some() && finding.item == selected);
        let at = self.system.problems.chosen.or_else(at_selected).unwrap_or(0);
        match open.get(at.min(open.len().saturating_sub(1))) {
            Some(finding) => self.dialog = Some(Dialog::Fix(Box::new((*finding).clone()))),
            None => self.toasts.say("No problems."),
        }
    }

    /// Goes to the next thing that a question is about, where one key answers it: the question that decides most first.
    fn next_question(&mut self) {
        let Some(session) = &self.session else { return };
        if self.step == Step::Threats {
            self.views.threats.show_questions();
            return;
        }
        let questions = &session.derived().suggestions().questions;
        let mut items: Vec<ItemId> = Vec::new();
        for question in questions {
            if !items.contains(&question.item) {
                items.push(question.item);
            }
        }
        let here = session.selection().single().and_then(|item| items.iter().position(|one| *one == item));
        let next = here.map_or(0, |here| (here + 1) % items.len().max(1));
        let Some(item) = items.get(next).copied() else {
            self.toasts.say("No question is open.");
            return;
        };
        self.prefs.inspector = true;
        self.prefs.inspector_drawer = true;
        self.go_to(item);
    }

    pub(super) fn simulate(
        &mut self,
        files: crate::session::TraceFiles,
        policies: Vec<crate::model::PolicyId>,
    ) {
        let Some(session) = &self.session else { return };
        let name = files.name.clone();
        let id = crate::session::simulate::start_simulation(&mut self.jobs, session, files, policies);
        self.job_names.insert(id, "simulate");
        self.views.simulate.started(id, name);
    }
}

fn everything(project: &Project) -> Vec<ItemId> {
    let diagram = &project.diagram;
    let mut items: Vec<ItemId> = diagram.components().map(|component| component.id.into()).collect();
    items.extend(diagram.interfaces().map(|interface| ItemId::from(interface.id)));
    items.extend(diagram.zones.ids().map(ItemId::from));
    items.extend(diagram.lines.ids().map(ItemId::from));
    items
}

/// What work in the background is called that can be cancelled with Esc.
const TIDYING: &str = "tidy up";

/// What a command to tidy up means; none when nothing is chosen that it could mean.
fn tidy_scope(session: &Session, command: Command) -> Option<Scope> {
    let chosen = session.selection().items();
    let items: BTreeSet<ItemId> = match command {
        Command::TidyUpZone => zones_of(session.project(), chosen).into_iter().map(ItemId::from).collect(),
        Command::TidyUpSelection => {
            let placed = |item: &&ItemId| matches!(item, ItemId::Component(_) | ItemId::Zone(_));
            chosen.iter().filter(placed).copied().collect()
        }
        _ => return Some(Scope::All),
    };
    (!items.is_empty()).then_some(Scope::Items(items))
}

fn free_asset_name(project: &Project) -> String {
    let taken = |name: &str| project.assets.iter().any(|asset| asset.name == name);
    let names =
        std::iter::once("New asset".to_owned()).chain((2..).map(|number| format!("New asset {number}")));
    names.take(10_000).find(|name| !taken(name)).unwrap_or_else(|| "New asset".to_owned())
}

/// Whether a thing is drawn, in some view.
fn is_on_the_diagram(item: ItemId) -> bool {
    matches!(
        item,
        ItemId::Component(_) | ItemId::Interface(_) | ItemId::Zone(_) | ItemId::Line(_) | ItemId::Note(_)
    )
}
