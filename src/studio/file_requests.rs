//! What is asked for that has to do with files: open, save, export, and what replaces the model.

use std::path::PathBuf;

use egui::{Context, ViewportCommand};

use crate::catalog;
use crate::edit::{Edit, Transaction};
use crate::model::Project;
use crate::picture::scene::PaintOptions;
use crate::picture::{DiagramScene, Palette, Picture, Role, SceneOptions, png, svg};
use crate::report::pdf::drawing_pdf;
use crate::session::{Command, Output, Session, work};
use crate::storage::recovery;

use super::app::App;
use super::dialogs::{Dialog, Ended, Purpose, Then};
use super::files::file_name;
use super::picker::{Ask, AskKind};
use super::trace_files::FileBeside;
use super::welcome::{self, Asked};

impl App {
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
                self.install(Session::started(Project::new("New model")));
            }
            Then::Example => {
                self.forget_recovery();
                self.install(Session::started(work::placed(catalog::example())));
            }
            Then::Template(name) => {
                if let Some(project) = catalog::template(&name) {
                    self.forget_recovery();
                    self.install(Session::started(work::placed(project.project())));
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
                            self.leftovers.remove(number);
                            self.restored = Some(leftover);
                            self.toasts.note("This is the unsaved work from before. Save it to keep it.");
                        }
                        Err(message) => self.toasts.error(message),
                    }
                }
            }
        }
    }

    /// What the welcome screen asks for.
    pub(super) fn act_on_welcome(&mut self, ctx: &Context, asked: Asked) {
        match asked {
            Asked::Request(request) => self.act(ctx, request),
            Asked::Recover(number) => self.replace(ctx, Then::Recover(number)),
            Asked::Discard(number) => self.throw_away(number),
        }
    }

    /// Offers what a crash has left of the file that is open.
    pub(super) fn offer_leftover(&mut self) {
        let Some(path) = self.session.as_ref().and_then(Session::path).map(work::whole) else { return };
        let found = self.leftovers.iter().enumerate();
        let mut found = found.filter(|(_, leftover)| leftover.original.as_deref() == Some(&path));
        if let Some((number, leftover)) = found.next() {
            self.dialog = Some(Dialog::Leftover(number, welcome::lost(leftover)));
        }
    }

    fn throw_away(&mut self, number: usize) {
        if number < self.leftovers.len() {
            let leftover = self.leftovers.remove(number);
            if let Err(error) = recovery::discard(&leftover) {
                self.toasts.error(format!("The unsaved work could not be thrown away: {error}."));
            }
        }
    }

    pub(super) fn forget_recovery(&mut self) {
        if let Some(leftover) = self.restored.take() {
            let _left = recovery::discard(&leftover);
        }
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
            Ended::Restore(number) => self.replace(ctx, Then::Recover(number)),
            Ended::ThrowAway(number) => self.throw_away(number),
            Ended::Path(purpose, path) => self.answered(ctx, purpose, path),
            Ended::Author(name) => self.set_author(name),
            Ended::Template(name) => self.replace(ctx, Then::Template(name)),
            Ended::Change(transaction) => self.change(|session| session.commit(transaction)),
            Ended::NewPolicy(policy) => self.new_policy(*policy),
            Ended::Policies(exported) => self.ask_to_save_policies(ctx, exported),
            Ended::Attack(wanted) => self.put_on(wanted),
            Ended::Live(source) => self.add_server(&source),
        }
    }

    pub(super) fn ask_to_open(&mut self, ctx: &Context, import: bool) {
        let (title, endings) = if import {
            ("Import from another tool", vec!["json", "yaml", "yml", "tm7", "xml", "ron"])
        } else {
            ("Open a model", vec!["ron", "json", "yaml", "yml"])
        };
        let filter = ("Threat models".to_owned(), endings.into_iter().map(str::to_owned).collect());
        self.ask_for_file(
            ctx,
            Purpose::Open,
            Ask { title: title.to_owned(), kind: AskKind::Open, filter, folder: None },
        );
    }

    pub(super) fn save(&mut self, ctx: &Context) {
        match self.session.as_ref().map(Session::path) {
            Some(Some(path)) => self.save_to(path.to_owned()),
            Some(None) => self.save_as(ctx),
            None => {}
        }
    }

    pub(super) fn save_as(&mut self, ctx: &Context) {
        let Some(session) = &self.session else { return };
        let name = file_name(&session.title(), ".threat.ron");
        let filter = ("Threat Studio models".to_owned(), vec!["ron".to_owned()]);
        let ask = Ask { title: "Save the model".to_owned(), kind: AskKind::Save(name), filter, folder: None };
        self.ask_for_file(ctx, Purpose::Save, ask);
    }

    pub(super) fn save_to(&mut self, path: PathBuf) {
        let Some(session) = &mut self.session else { return };
        session.seal();
        let id = work::start_save(&mut self.jobs, session, path);
        self.job_names.insert(id, "save");
    }

    pub(super) fn ask_to_export(&mut self, ctx: &Context, command: Command) {
        let Some(session) = &self.session else { return };
        let ending = match command {
            Command::SaveDiagramSvg => "svg",
            Command::SaveDiagramPng => "png",
            Command::SaveHtml => "html",
            Command::SaveMarkdown => "md",
            Command::SaveRegisterCsv | Command::SaveListCsv => "csv",
            _ => "pdf",
        };
        let name = file_name(&session.title(), &format!(".{ending}"));
        let title = command.label().trim_end_matches('…').to_owned();
        let ask = Ask {
            title,
            kind: AskKind::Save(name),
            filter: (ending.to_uppercase(), vec![ending.to_owned()]),
            folder: None,
        };
        self.ask_for_file(ctx, Purpose::Export(command), ask);
    }

    pub(super) fn answered(&mut self, ctx: &Context, purpose: Purpose, path: PathBuf) {
        match purpose {
            Purpose::Open => self.replace(ctx, Then::Open(path)),
            Purpose::Save => self.save_to(with_ending(path)),
            Purpose::Export(command) => self.export(command, path),
            Purpose::Trace => self.add_trace(&path),
            Purpose::Events => self.put_beside_trace(FileBeside::Events, &path),
            Purpose::Labels => self.put_beside_trace(FileBeside::Labels, &path),
            Purpose::SaveTrace => self.write_trace(path),
            Purpose::Policies => self.write_policies(path),
        }
    }

    fn export(&mut self, command: Command, path: PathBuf) {
        let Some(session) = &self.session else { return };
        let project = session.shared_project();
        let view = session.view_id();
        // A PDF is for paper, as the report's is; the others look like the screen.
        let paper = command == Command::SaveDiagramPdf;
        let options = SceneOptions { paper, ..self.prefs.shown().options(session) };
        let name = project.name.clone();
        let drawing = move |title: &str| -> Result<Picture, String> {
            let view = project.views.get(view).ok_or_else(|| format!("{title}: the view is gone."))?;
            let scene = DiagramScene::build(&project, view, &options);
            Ok(scene.picture_alone(&project, &PaintOptions::default()))
        };
        let margin = 24.0;
        let as_svg = move |picture: &Picture| {
            let ground = Some(Role::Canvas);
            let options = svg::SvgOptions { title: &name, ground, margin, ..Default::default() };
            svg::write(picture, Palette::light(), &options)
        };
        let id = match command {
            Command::SaveDiagramSvg => work::start_write(&mut self.jobs, "Save diagram", path, move || {
                drawing("SVG").map(|picture| as_svg(&picture).into_bytes())
            }),
            Command::SaveDiagramPng => work::start_write(&mut self.jobs, "Save diagram", path, move || {
                let drawn = as_svg(&drawing("PNG")?);
                png::render(&drawn, 2.0).map_err(|error| error.to_string())
            }),
            Command::SaveDiagramPdf => work::start_write(&mut self.jobs, "Save diagram", path, move || {
                drawing("PDF").map(|picture| drawing_pdf(&picture, Palette::print(), margin))
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
                self.offer_leftover();
            }
            Output::Saved { path, state, stamp } => {
                let Some(session) = &mut self.session else { return };
                session.mark_saved(state, path.clone(), Some(stamp));
                self.changed_on_disk = false;
                let clean = !session.is_dirty();
                if let Some(session) = self.session.take() {
                    self.remember(&session, &path);
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
            Output::Kept => {
                if let Some(session) = &mut self.session {
                    session.mark_kept();
                }
                if let Some(leftover) = self.restored.take() {
                    // From now on it is kept under this run's own name.
                    let _left = recovery::discard(&leftover);
                }
            }
            Output::Checked { revision, checked } => {
                if let Some(session) = &mut self.session {
                    session.settle(revision, *checked);
                }
            }
            Output::Pages(pages) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().set_pages(pages);
                }
            }
            Output::Simulated(run) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().set_simulation(run);
                }
            }
            Output::Studied(question, answer) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().thresholds.keep(*question, answer);
                }
            }
            Output::Compared(question, compared) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().comparisons.keep(*question, compared);
                }
            }
            Output::Protected(run) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().set_protection(run);
                }
            }
            Output::Lost(run) => {
                if let Some(session) = &mut self.session {
                    session.results_mut().losses = Some(run);
                }
            }
            Output::PoliciesExported(wanted, exported) => {
                if let Some(Dialog::Policies(state)) = &mut self.dialog {
                    state.take(&wanted, exported);
                }
            }
            Output::Written(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.toasts.say(format!("{name} is written."));
            }
            Output::LaidOut { revision, view, places, whole } => {
                let Some(session) = &mut self.session else { return };
                if session.revision() != revision {
                    self.toasts.note("The model changed meanwhile, so it was not tidied up.");
                    return;
                }
                let before = session.project().views.get(view).map(|view| view.places.clone());
                let edits = places
                    .into_iter()
                    .map(|(item, place)| Edit::Place { view, item, place: Some(Box::new(place)) })
                    .collect();
                let name = if whole { Command::TidyUp.label() } else { "Tidy up a part" };
                self.change(|session| session.commit(Transaction::new(name, edits)));
                let canvas = &mut self.system.canvas;
                canvas.glide_from(before.unwrap_or_default());
                if whole {
                    canvas.show_tidied();
                }
            }
        }
    }
}

pub(super) fn with_ending(path: PathBuf) -> PathBuf {
    if path.extension().is_some() {
        return path;
    }
    let mut name = path.into_os_string();
    name.push(".threat.ron");
    name.into()
}
