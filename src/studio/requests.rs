//! What is asked for is done here, between two frames.

use std::path::PathBuf;

use egui::{Context, ThemePreference, ViewportCommand};

use crate::edit::verbs::{self, Clip};
use crate::edit::{Edit, EditError, Transaction};
use crate::model::{Asset, ItemId, Project};
use crate::picture::scene::PaintOptions;
use crate::picture::{DiagramScene, Palette, Role, SceneOptions, png, svg};
use crate::session::{Command, Output, Request, Session, Step, work};
use crate::storage::recovery;

use super::app::App;
use super::canvas::{self, Tool};
use super::dialogs::{Dialog, Ended, Purpose, Then};
use super::files::file_name;
use super::picker::{Ask, AskKind};
use super::prefs::ThemeChoice;
use super::welcome::Asked;

impl App {
    /// Does one thing that was asked for.
    pub(super) fn act(&mut self, ctx: &Context, request: Request) {
        match request {
            Request::Command(command) => self.command(ctx, command),
            Request::Commit(transaction) => self.change(|session| session.commit(transaction)),
            Request::CommitAndSelect(transaction, items) => {
                self.change(|session| session.commit_and_select(transaction, items));
            }
            Request::Seal => self.with_session(Session::seal),
            Request::Select(items) => self.with_session(|session| session.select(items)),
            Request::ToggleSelected(item) => self.with_session(|session| session.toggle_selected(item)),
            Request::Reveal(item) => self.go_to(item),
            Request::ShowView(view) => self.with_session(|session| session.show_view(view)),
            Request::OpenPath(path) => self.replace(ctx, Then::Open(path)),
            Request::SaveTo(path) => self.save_to(path),
            Request::NewFromTemplate(name) => self.replace(ctx, Then::Template(name)),
            Request::Cancel(id) => self.jobs.cancel(id),
            Request::MakePages(choice) => self.make_pages(choice),
            Request::ChooseReport(choice) => self.with_session(|session| session.choose_report(choice)),
            Request::RunSimulation(files, policies) => self.simulate(files, policies),
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
            ItemId::Component(_)
            | ItemId::Interface(_)
            | ItemId::Zone(_)
            | ItemId::Line(_)
            | ItemId::Note(_) => Some(Step::System),
            ItemId::Asset(_) if self.step != Step::System => Some(Step::Assets),
            ItemId::Threat(_) | ItemId::Control(_) if self.step != Step::Risk => Some(Step::Threats),
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
            Command::Undo => session.history().undo_name().is_some(),
            Command::Redo => session.history().redo_name().is_some(),
            Command::Cut | Command::Copy | Command::Duplicate | Command::Delete | Command::FitSelection => {
                !selection.is_empty()
            }
            Command::Rename => selection.single().is_some(),
            Command::TurnRound => matches!(selection.single(), Some(ItemId::Interface(_))),
            Command::Reload => session.path().is_some(),
            Command::TidyUp | Command::SaveDiagramSvg | Command::SaveDiagramPng => {
                diagram.component_count() > 0
            }
            _ => true,
        }
    }

    /// Whether what a command switches is on; none for commands that switch nothing.
    pub(super) fn is_on(&self, command: Command) -> Option<bool> {
        Some(match command {
            Command::ShowRisk => self.prefs.show_risk,
            Command::ShowAssets => self.prefs.show_assets,
            Command::ShowAttackPaths => self.prefs.show_paths,
            Command::ToggleOutline => self.prefs.outline,
            Command::ToggleInspector => self.prefs.inspector,
            Command::ToggleProblems => self.prefs.problems,
            Command::FollowSystemTheme => self.prefs.theme == ThemeChoice::System,
            Command::FullScreen => self.full_screen,
            _ => return None,
        })
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
            Command::OpenExample => self.replace(ctx, Then::Example),
            Command::CloseModel => self.replace(ctx, Then::Welcome),
            Command::Quit => self.replace(ctx, Then::Quit),
            Command::Reload => self.replace(ctx, Then::Reload),
            Command::Save => self.save(ctx),
            Command::SaveAs => self.save_as(ctx),
            Command::SaveDiagramSvg
            | Command::SaveDiagramPng
            | Command::SavePdf
            | Command::SaveHtml
            | Command::SaveMarkdown
            | Command::SaveRegisterCsv => self.ask_to_export(ctx, command),
            Command::Palette => self.palette.toggle(ctx),
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
            Command::ShowRisk => self.prefs.show_risk = !self.prefs.show_risk,
            Command::ShowAssets => self.prefs.show_assets = !self.prefs.show_assets,
            Command::ShowAttackPaths => self.prefs.show_paths = !self.prefs.show_paths,
            Command::ToggleOutline => {
                self.prefs.outline = !self.prefs.outline;
                self.prefs.outline_drawer = !self.prefs.outline_drawer;
            }
            Command::ToggleInspector => {
                self.prefs.inspector = !self.prefs.inspector;
                self.prefs.inspector_drawer = !self.prefs.inspector_drawer;
            }
            Command::ToggleProblems => self.prefs.problems = !self.prefs.problems,
            Command::Undo | Command::Redo => self.step_history(command),
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
                canvas.begin_rename(item, String::new());
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
                let clip = session.copy_selected();
                self.change(|session| session.paste(&clip, 24.0, 24.0));
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
                    canvas.begin_rename(item, canvas::current_name(session, item));
                }
            }
            Command::SelectAll => {
                let items = everything(session.project());
                session.select(items);
            }
            Command::SelectNone => {
                if !canvas.cancel() {
                    session.select([]);
                }
            }
            Command::FitAll => canvas.fit_wanted = Some(Vec::new()),
            Command::FitSelection => canvas.fit_wanted = Some(session.selection().items().to_vec()),
            Command::ZoomIn => canvas.zoom_wanted = Some(1.25),
            Command::ZoomOut => canvas.zoom_wanted = Some(0.8),
            Command::ToolSelect => canvas.tool = Tool::Select,
            Command::ToolPan => canvas.tool = Tool::Pan,
            Command::DrawFlow | Command::DrawZone | Command::AddNote => {
                self.step = Step::System;
                canvas.tool = match command {
                    Command::DrawFlow => Tool::Flow,
                    Command::DrawZone => Tool::Zone,
                    _ => Tool::Note,
                };
            }
            Command::TidyUp => {
                if let Some(id) = work::start_layout(&mut self.jobs, session) {
                    self.job_names.insert(id, "tidy up");
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
                let asset = Asset { name: free_asset_name(session.project()), ..Asset::default() };
                let (id, transaction) = verbs::add_asset(session.project(), asset);
                self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
            }
            other => self.analyze_command(ctx, other),
        }
    }

    fn step_history(&mut self, command: Command) {
        self.system.canvas.cancel();
        let Some(session) = &mut self.session else { return };
        let stepped = if command == Command::Undo { session.undo() } else { session.redo() };
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
                let (dx, dy) = clip_offset(&clip, middle);
                self.change(|session| session.paste(&clip, dx, dy));
            }
            Err(_) if text.trim().is_empty() => {}
            Err(_) => {
                let place = crate::model::Place { x: middle.x, y: middle.y, ..Default::default() };
                let words: String = text.trim().chars().take(2000).collect();
                let (id, transaction) = verbs::add_note(session.project(), session.view_id(), &words, place);
                self.change(|session| session.commit_and_select(transaction, vec![id.into()]));
            }
        }
    }

    fn next_region(&mut self, ctx: &Context) {
        // Regions are entered through their first widget; what has the focus is let go, so that Tab begins anew.
        ctx.memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        if self.step == Step::System {
            self.system.canvas.focus_wanted = true;
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
        let next = (self.problem as i64 + by).rem_euclid(number) as usize;
        self.problem = next;
        self.system.problems.chosen = Some(next);
        if let Some(item) = items.get(next).copied().flatten() {
            self.go_to(item);
        }
    }

    /// Goes on with something that replaces the model, once nothing unsaved is in the way.
    pub(super) fn replace(&mut self, ctx: &Context, then: Then) {
        if self.session.as_ref().is_some_and(Session::is_dirty) {
            self.dialog = Some(Dialog::Unsaved(then));
        } else {
            self.proceed(ctx, then);
        }
    }

    fn proceed(&mut self, ctx: &Context, then: Then) {
        match then {
            Then::Quit => {
                self.leave();
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Then::Welcome => {
                self.session = None;
                self.forget_recovery();
            }
            Then::New => {
                self.forget_recovery();
                self.install(Session::unsaved(Project::new("New model")));
            }
            Then::Example => match super::welcome::example() {
                Some(project) => {
                    self.forget_recovery();
                    self.install(Session::unsaved(project));
                }
                None => self.toasts.error("The example could not be read."),
            },
            Then::Template(name) => {
                if let Some(project) = super::welcome::template(&name) {
                    self.forget_recovery();
                    self.install(Session::unsaved(project));
                }
            }
            Then::Open(path) => {
                let id = work::start_open(&mut self.jobs, path);
                self.job_names.insert(id, "open");
            }
            Then::Reload => {
                if let Some(path) = self.session.as_ref().and_then(Session::path) {
                    let id = work::start_open(&mut self.jobs, path.to_owned());
                    self.job_names.insert(id, "open");
                }
            }
            Then::Recover(number) => {
                if let Some(leftover) = self.leftovers.get(number).cloned() {
                    match work::open_leftover(&leftover) {
                        Ok(session) => {
                            self.install(session);
                            // It is kept under this run's own name from now on.
                            let _left = recovery::discard(&leftover);
                            self.leftovers.remove(number);
                            self.toasts.say("This is the unsaved work from before. Save it to keep it.");
                        }
                        Err(message) => self.toasts.error(message),
                    }
                }
            }
        }
    }

    fn simulate(&mut self, files: crate::session::TraceFiles, policies: Vec<crate::model::PolicyId>) {
        let Some(session) = &self.session else { return };
        let id = crate::session::simulate::start_simulation(&mut self.jobs, session, files, policies);
        self.job_names.insert(id, "simulate");
    }

    /// What the welcome screen asks for.
    pub(super) fn act_on_welcome(&mut self, ctx: &Context, asked: Asked) {
        match asked {
            Asked::Request(request) => self.act(ctx, request),
            Asked::Recover(number) => self.replace(ctx, Then::Recover(number)),
            Asked::Discard(number) => {
                if number < self.leftovers.len() {
                    let leftover = self.leftovers.remove(number);
                    if let Err(error) = recovery::discard(&leftover) {
                        self.toasts.error(format!("The unsaved work could not be thrown away: {error}."));
                    }
                }
            }
        }
    }

    fn forget_recovery(&mut self) {
        if let Some(slot) = &self.slot {
            // What cannot be cleared is offered once too often, which harms nobody.
            let _left = slot.clear();
        }
    }

    pub(super) fn dialog_ended(&mut self, ctx: &Context, ended: Ended) {
        match ended {
            Ended::Closed => {}
            Ended::SaveAnd(then) => {
                self.after_save = Some(then);
                self.save(ctx);
            }
            Ended::Discard(then) => self.proceed(ctx, then),
            Ended::Path(purpose, path) => self.answered(ctx, purpose, path),
        }
    }

    fn ask_to_open(&mut self, ctx: &Context, import: bool) {
        let (title, endings) = if import {
            ("Import from another tool", vec!["json", "yaml", "yml", "tm7", "xml", "ron"])
        } else {
            ("Open a model", vec!["ron", "json", "yaml", "yml"])
        };
        let filter = ("Threat models".to_owned(), endings.into_iter().map(str::to_owned).collect());
        self.ask_for_file(ctx, Purpose::Open, Ask { title: title.to_owned(), kind: AskKind::Open, filter });
    }

    fn save(&mut self, ctx: &Context) {
        match self.session.as_ref().map(Session::path) {
            Some(Some(path)) => self.save_to(path.to_owned()),
            Some(None) => self.save_as(ctx),
            None => {}
        }
    }

    fn save_as(&mut self, ctx: &Context) {
        let Some(session) = &self.session else { return };
        let name = file_name(&session.title(), ".threat.ron");
        let filter = ("Threat Studio models".to_owned(), vec!["ron".to_owned()]);
        let ask = Ask { title: "Save the model".to_owned(), kind: AskKind::Save(name), filter };
        self.ask_for_file(ctx, Purpose::Save, ask);
    }

    fn save_to(&mut self, path: PathBuf) {
        let Some(session) = &mut self.session else { return };
        session.seal();
        let id = work::start_save(&mut self.jobs, session, path);
        self.job_names.insert(id, "save");
    }

    fn ask_to_export(&mut self, ctx: &Context, command: Command) {
        let Some(session) = &self.session else { return };
        let ending = match command {
            Command::SaveDiagramSvg => "svg",
            Command::SaveDiagramPng => "png",
            Command::SaveHtml => "html",
            Command::SaveMarkdown => "md",
            Command::SaveRegisterCsv => "csv",
            _ => "pdf",
        };
        let name = file_name(&session.title(), &format!(".{ending}"));
        let title = command.label().trim_end_matches('…').to_owned();
        let ask = Ask {
            title,
            kind: AskKind::Save(name),
            filter: (ending.to_uppercase(), vec![ending.to_owned()]),
        };
        self.ask_for_file(ctx, Purpose::Export(command), ask);
    }

    pub(super) fn answered(&mut self, ctx: &Context, purpose: Purpose, path: PathBuf) {
        match purpose {
            Purpose::Open => self.replace(ctx, Then::Open(path)),
            Purpose::Save => self.save_to(with_ending(path)),
            Purpose::Export(command) => self.export(command, path),
            Purpose::Trace => self.add_trace(&path),
        }
    }

    fn export(&mut self, command: Command, path: PathBuf) {
        let Some(session) = &self.session else { return };
        let project = session.shared_project();
        let view = session.view_id();
        let assets = self.prefs.show_assets;
        let risk = self.prefs.show_risk.then(|| canvas::risk_by_target(session));
        let diagram = move |title: &str| -> Result<String, String> {
            let view = project.views.get(view).ok_or_else(|| format!("{title}: the view is gone."))?;
            let options = SceneOptions { risk, assets, ..SceneOptions::default() };
            let picture = DiagramScene::build(&project, view, &options).picture(&PaintOptions::default());
            let options = svg::SvgOptions {
                title: &project.name,
                ground: Some(Role::Canvas),
                margin: 24.0,
                ..Default::default()
            };
            Ok(svg::write(&picture, Palette::light(), &options))
        };
        let id = match command {
            Command::SaveDiagramSvg => work::start_write(&mut self.jobs, "Save diagram", path, move || {
                diagram("SVG").map(String::into_bytes)
            }),
            Command::SaveDiagramPng => work::start_write(&mut self.jobs, "Save diagram", path, move || {
                let drawn = diagram("PNG")?;
                png::render(&drawn, 2.0).map_err(|error| error.to_string())
            }),
            other => return self.export_report(other, path),
        };
        self.job_names.insert(id, "export");
    }

    pub(super) fn finished(&mut self, ctx: &Context, output: Output) {
        match output {
            Output::Opened(session) => {
                self.forget_recovery();
                self.install(*session);
            }
            Output::Saved { path, state, stamp } => {
                let Some(session) = &mut self.session else { return };
                session.mark_saved(state, path.clone(), Some(stamp));
                self.changed_on_disk = false;
                let clean = !session.is_dirty();
                if let Some(session) = self.session.take() {
                    self.remember(&session, path);
                    self.session = Some(session);
                }
                if clean {
                    self.forget_recovery();
                }
                match self.after_save.take() {
                    Some(then) if clean => self.proceed(ctx, then),
                    Some(then) => self.replace(ctx, then),
                    None => {}
                }
            }
            Output::Kept => {}
            Output::Pages(pages) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().pages = Some(pages);
                }
            }
            Output::Simulated(run) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().set_simulation(run);
                }
            }
            Output::Protected(run) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().protection = Some(run);
                }
            }
            Output::Written(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.toasts.say(format!("{name} is written."));
            }
            Output::LaidOut { revision, view, places } => {
                let Some(session) = &mut self.session else { return };
                if session.revision() != revision {
                    self.toasts.say("The model changed meanwhile, so it was not tidied up.");
                    return;
                }
                let edits = places
                    .into_iter()
                    .map(|(item, place)| Edit::Place { view, item, place: Some(Box::new(place)) })
                    .collect();
                self.change(|session| session.commit(Transaction::new("Tidy up", edits)));
                self.system.canvas.fit_wanted = Some(Vec::new());
            }
        }
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

fn free_asset_name(project: &Project) -> String {
    let taken = |name: &str| project.assets.iter().any(|asset| asset.name == name);
    let names =
        std::iter::once("New asset".to_owned()).chain((2..).map(|number| format!("New asset {number}")));
    names.take(10_000).find(|name| !taken(name)).unwrap_or_else(|| "New asset".to_owned())
}

/// So that what is pasted stands around a point; a little aside when it would stand where it was copied from.
fn clip_offset(clip: &Clip, middle: crate::picture::Point) -> (f32, f32) {
    let places = clip.places.values();
    let corners =
        places.map(|place| (place.x, place.y, place.x + place.w.max(148.0), place.y + place.h.max(68.0)));
    let around = corners.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)));
    let Some((left, top, right, bottom)) = around else { return (24.0, 24.0) };
    let dx = (middle.x - f32::midpoint(left, right)).round();
    let dy = (middle.y - f32::midpoint(top, bottom)).round();
    if dx.abs() + dy.abs() < 12.0 { (24.0, 24.0) } else { (dx, dy) }
}

fn with_ending(path: PathBuf) -> PathBuf {
    if path.extension().is_some() {
        return path;
    }
    let mut name = path.into_os_string();
    name.push(".threat.ron");
    name.into()
}
