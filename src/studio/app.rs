//! The window's own loop: first what was asked for is done, then everything is drawn anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use egui::{CentralPanel, Context, Event, Frame, Panel, ThemePreference, Ui, ViewportCommand};

use crate::exchange::engines::Exported;
use crate::model::{ComponentKind, ItemId};
use crate::picture::{self, Role};
use crate::session::{Command, JobEvent, JobId, Place, Request, Session, Step, Work, work};
use crate::storage::recent::{self, Recent};
use crate::storage::recovery::{self, Leftover, Slot};
use crate::storage::settings::{self, Settings};
use crate::storage::{DataFolder, file};

use super::dialogs::{self, Dialog, Then};
use super::keeping::{overlay_kept, theme_choice};
use super::palette::Palette;
use super::picker::{Answer, Ask, AskKind, FilePicker, SystemPicker};
use super::prefs::{Prefs, ThemeChoice};
use super::regions::{self, Region};
use super::shell::Shell;
use super::theme::size;
use super::toast::Toasts;
use super::type_ahead::TypeAhead;
use super::views::{ViewContext, Views};
use super::{canvas, dialogs::Purpose, files, icons, keys, system, theme, welcome, widgets};

/// How often the file is looked at while nothing happens.
const LOOK_AT_FILE: Duration = Duration::from_secs(2);

/// No texture is wider or higher, in pixels: enough for all letters of all sizes at twice the usual density.
const WIDEST_TEXTURE: usize = 4096;

/// A change waits so long for the next before a large model is checked.
const REST: Duration = Duration::from_millis(150);

/// What is read while the window is made.
#[derive(Debug)]
pub struct Start {
    opening: Option<Opening>,
    data: Option<DataFolder>,
}

/// A file that is being read, and its first drawing.
type Opening = std::thread::JoinHandle<Result<(Session, canvas::State), String>>;

impl Start {
    /// Begins to read a file, if one is named.
    pub fn reading(path: Option<PathBuf>) -> Self {
        let opening = path.map(|path| {
            std::thread::spawn(move || {
                let session = work::open(&path)?;
                work::warm(&session);
                let mut canvas = canvas::State::default();
                canvas.scene(&session, Prefs::default().shown());
                Ok((session, canvas))
            })
        });
        Self { opening, data: DataFolder::of_user() }
    }

    /// Nothing to read, and nothing remembered from one run to the next: for tests.
    pub fn empty() -> Self {
        Self { opening: None, data: None }
    }

    /// Remembers from one run to the next in this folder.
    pub fn with_data(self, data: DataFolder) -> Self {
        Self { data: Some(data), ..self }
    }
}

/// The studio.
pub struct App {
    opening: Option<Opening>,
    pub(super) session: Option<Session>,
    pub(super) step: Step,
    pub(super) prefs: Prefs,
    pub(super) system: system::State,
    pub(super) views: Views,
    pub(super) palette: Palette,
    type_ahead: TypeAhead,
    pub(super) welcome: welcome::State,
    pub(super) toasts: Toasts,
    pub(super) dialog: Option<Dialog>,
    /// Exported policies that still lack a place.
    pub(super) policies_to_write: Option<Exported>,
    pub(super) queue: Vec<Request>,
    pub(super) jobs: Work,
    pub(super) after_save: Option<Then>,
    pub(super) may_close: bool,
    pub(super) reveal: Option<ItemId>,
    pub(super) recent: Vec<Recent>,
    pub(super) leftovers: Vec<Leftover>,
    pub(super) data: Option<DataFolder>,
    /// What was restored, until it is kept under this run's own name.
    pub(super) restored: Option<Leftover>,
    pub(super) slot: Option<Arc<Slot>>,
    pub(super) changed_on_disk: bool,
    pub(super) full_screen: bool,
    /// The window has no room for side columns: they are drawers.
    pub(super) narrow: bool,
    resting: Option<(u64, Instant)>,
    checking: Option<(u64, JobId)>,
    pub(super) welcome_asked: Vec<welcome::Asked>,
    pub(super) asking: Option<(Purpose, super::picker::Ask)>,
    /// What jobs are for, where their end alone does not say.
    pub(super) job_names: BTreeMap<JobId, &'static str>,
    picker: Box<dyn FilePicker>,
    answers: (Sender<Answer>, Receiver<Answer>),
    pub(super) settings: Settings,
    looked_at_file: Instant,
    pub(super) status: String,
    pub(super) title: String,
    focused: Option<egui::Id>,
}

impl App {
    /// The studio in a window.
    pub fn new(creation: &eframe::CreationContext<'_>, start: Start) -> Self {
        Self::with_context(&creation.egui_ctx, start, Box::new(SystemPicker::default()))
    }

    /// The studio with another way to ask for files.
    pub fn with_context(ctx: &Context, start: Start, picker: Box<dyn FilePicker>) -> Self {
        theme::install(ctx);
        let settings = start.data.as_ref().map(settings::load).unwrap_or_default();
        let wake = ctx.clone();
        let app = Self {
            opening: start.opening,
            session: None,
            step: Step::System,
            prefs: Prefs {
                theme: theme_choice(settings.theme),
                overlay: overlay_kept(settings.coloured_by),
                register_columns: settings.register_columns.clone(),
                ..Prefs::default()
            },
            system: system::State::default(),
            views: Views::default(),
            palette: Palette::default(),
            type_ahead: TypeAhead::default(),
            welcome: welcome::State::default(),
            toasts: Toasts::default(),
            dialog: None,
            policies_to_write: None,
            queue: Vec::new(),
            jobs: Work::new(Arc::new(move || wake.request_repaint())),
            after_save: None,
            may_close: false,
            reveal: None,
            recent: start.data.as_ref().map(recent::list).unwrap_or_default(),
            leftovers: start.data.as_ref().map(recovery::list).unwrap_or_default(),
            restored: None,
            slot: start.data.as_ref().and_then(|data| Slot::claim(data).ok()).map(Arc::new),
            data: start.data,
            changed_on_disk: false,
            full_screen: false,
            narrow: false,
            resting: None,
            checking: None,
            welcome_asked: Vec::new(),
            asking: None,
            job_names: BTreeMap::new(),
            picker,
            answers: channel(),
            settings,
            looked_at_file: Instant::now(),
            status: String::new(),
            title: String::new(),
            focused: None,
        };
        ctx.set_zoom_factor(app.settings.zoom.clamp(0.5, 2.5));
        app.set_theme(ctx);
        app
    }

    /// Before the first frame: the file is waited for, and meanwhile what every view needs is made.
    fn finish_opening(&mut self, ctx: &Context) {
        let Some(opening) = self.opening.take() else { return };
        theme::prepare_letters(ctx, || !opening.is_finished());
        icons::prepare(ctx, Self::shell_icons(), || !opening.is_finished());
        match opening.join() {
            Ok(Ok((session, canvas))) => {
                self.install(session);
                self.system.canvas = canvas;
                self.offer_leftover();
            }
            Ok(Err(message)) => self.toasts.error(message),
            Err(_) => self.toasts.error("The file could not be opened because of an error in the program."),
        }
    }

    /// What the window's frame shows at once: names of icons and their sizes in points.
    fn shell_icons() -> impl Iterator<Item = (&'static str, f32)> {
        let rail = Step::ALL.into_iter().map(|step| (Command::go(step).icon(), 22.0));
        let kinds = ComponentKind::ALL.iter().flat_map(|kind| [(kind.icon(), 16.0), (kind.icon(), 18.0)]);
        rail.chain(kinds)
    }

    /// The open project.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Asks for something from outside of the window, as a test does.
    pub fn ask(&mut self, request: impl Into<Request>) {
        self.queue.push(request.into());
    }

    /// Shows another model.
    pub fn install(&mut self, session: Session) {
        self.flush_pack();
        let stencils = std::mem::take(&mut self.system.stencils);
        self.system = system::State { stencils, ..system::State::default() };
        self.views = Views::default();
        self.palette.close();
        self.changed_on_disk = false;
        self.step = Step::System;
        self.after_save = None;
        if let Some(path) = session.path() {
            self.remember(&session, path);
        }
        if !session.losses().is_empty() {
            self.dialog = Some(Dialog::Losses);
        }
        self.session = Some(session);
        self.read_packs();
        self.say_missing_packs();
        self.name_author();
    }

    pub(super) fn set_theme(&self, ctx: &Context) {
        ctx.set_theme(match self.prefs.theme {
            ThemeChoice::System => ThemePreference::System,
            ThemeChoice::Light => ThemePreference::Light,
            ThemeChoice::Dark => ThemePreference::Dark,
        });
    }

    /// Asks the person for a file; the answer comes through [`Self::answered`].
    pub(super) fn ask_for_file(&mut self, ctx: &Context, purpose: Purpose, mut ask: Ask) {
        if self.asking.is_some() {
            return;
        }
        if ask.folder.is_none() {
            let file = self.session.as_ref().and_then(Session::path);
            ask.folder = file.and_then(Path::parent).map(Path::to_owned);
        }
        let sender = self.answers.0.clone();
        let wake = ctx.clone();
        let reply = Box::new(move |answer| {
            // Nobody listening means that the window is gone.
            if sender.send(answer).is_ok() {
                wake.request_repaint();
            }
        });
        self.picker.ask(&ask, reply);
        self.asking = Some((purpose, ask));
    }

    fn fetch_answers(&mut self, ctx: &Context) {
        while let Ok(answer) = self.answers.1.try_recv() {
            let Some((purpose, ask)) = self.asking.take() else { continue };
            match answer {
                Answer::Picked(path) => self.answered(ctx, purpose, path),
                Answer::Cancelled => self.after_save = None,
                Answer::Unavailable => {
                    let text = typed_at_first(&ask);
                    self.dialog = Some(Dialog::Path { purpose, ask, text, problem: String::new() });
                }
            }
        }
    }

    fn fetch_jobs(&mut self, ctx: &Context) {
        while let Some(event) = self.jobs.poll() {
            self.note_end_of_study(&event);
            match event {
                JobEvent::Progress(..) => {}
                JobEvent::Done(id, outcome) => {
                    if let Some(of) = self.job_names.remove(&id) {
                        self.toasts.succeeded(of);
                    }
                    self.finished(ctx, outcome);
                }
                JobEvent::Failed(id, message) => {
                    self.after_save = None;
                    match self.job_names.remove(&id) {
                        Some(of) => self.toasts.failed(of, message),
                        None => self.toasts.error(message),
                    }
                }
                JobEvent::Stopped(id) => {
                    // What gave way to newer work of its kind has no name any more.
                    if self.job_names.remove(&id).is_some() {
                        self.toasts.note("Cancelled.");
                    }
                }
            }
        }
    }

    fn close_asked(&mut self, ctx: &Context) {
        if !ctx.input(|input| input.viewport().close_requested()) || self.may_close {
            return;
        }
        if self.session.as_ref().is_some_and(Session::is_dirty) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.dialog = Some(Dialog::Unsaved(Then::Quit));
        } else {
            self.leave();
        }
    }

    /// In a large model, what takes longer is worked out once the hands rest.
    fn check_in_background(&mut self, ctx: &Context) {
        let Some(session) = self.session.as_ref().filter(|session| session.derived().wants_checking()) else {
            return;
        };
        let revision = session.revision();
        let (known, since) = *self.resting.get_or_insert((revision, Instant::now()));
        if known != revision {
            self.resting = Some((revision, Instant::now()));
            ctx.request_repaint_after(REST);
        } else if since.elapsed() < REST {
            ctx.request_repaint_after(REST.saturating_sub(since.elapsed()));
        } else if self.checking.is_none_or(|(checked, job)| checked != revision && !self.jobs.is_running(job))
        {
            self.checking = Some((revision, work::start_check(&mut self.jobs, session)));
        }
    }

    fn look_at_file(&mut self, ctx: &Context) {
        let focused = ctx.input(|input| input.focused);
        let gained =
            ctx.input(|input| input.events.iter().any(|event| matches!(event, Event::WindowFocused(true))));
        if !focused || (self.looked_at_file.elapsed() < LOOK_AT_FILE && !gained) || self.after_save.is_some()
        {
            return;
        }
        self.looked_at_file = Instant::now();
        let Some(session) = &self.session else { return };
        let (Some(path), Some(stamp)) = (session.path(), session.stamp()) else { return };
        let saving = self.job_names.values().any(|name| *name == "save");
        if !saving {
            self.changed_on_disk = file::changed_on_disk(path, stamp) == file::Change::Changed;
        }
    }

    /// Files dropped on the window open; the clipboard's own events become commands.
    fn take_events(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
        if let Some(path) = dropped {
            self.queue.push(Request::OpenPath(path));
        }
        if self.session.is_none() || ctx.text_edit_focused() || self.step != Step::System {
            return;
        }
        let (mut commands, mut pasted) = (Vec::new(), None);
        ctx.input_mut(|input| {
            input.events.retain(|event| match event {
                Event::Copy => {
                    commands.push(Command::Copy);
                    false
                }
                Event::Cut => {
                    commands.push(Command::Cut);
                    false
                }
                Event::Paste(text) => {
                    pasted = Some(text.clone());
                    false
                }
                _ => true,
            });
        });
        self.queue.extend(commands.into_iter().map(Request::from));
        if let Some(text) = pasted {
            self.paste(&text);
        }
    }

    /// Keystrokes in one field are one step. It ends when the pointer is pressed or the keyboard goes elsewhere.
    fn end_step(&mut self, ctx: &Context) {
        let focused = ctx.memory(egui::Memory::focused);
        let pressed = ctx.input(|input| input.pointer.any_pressed());
        if pressed || focused != self.focused {
            self.focused = focused;
            if let Some(session) = &mut self.session {
                session.seal();
            }
        }
    }

    fn take_keys(&mut self, ctx: &Context) {
        if self.dialog.is_some() || self.palette.is_open() || egui::Popup::is_any_open(ctx) {
            return;
        }
        let mut places = vec![Place::Anywhere];
        let canvas = &self.system.canvas;
        if self.session.is_some()
            && self.step == Step::System
            && canvas.renaming.is_none()
            && !canvas.takes_keys()
        {
            places.push(Place::Canvas);
        }
        if self.session.is_some() && self.step == Step::Threats {
            places.push(Place::Threats);
        }
        // While a question waits in the inspector, N answers it.
        // Space is the canvas's own: held it pans, and only when it comes up does it pick up an end.
        let mut held_back = vec![Command::PickUpEnd, Command::PickUpStart];
        if self.system.inspector.asks {
            held_back.push(Command::AddNote);
        }
        if self.step == Step::Threats {
            held_back.extend(self.views.threats.own_keys());
        }
        let pressed = keys::pressed(ctx, &places, &held_back);
        self.queue.extend(pressed.into_iter().map(Request::from));
    }

    fn banners(&mut self, ui: &mut Ui) {
        if !self.changed_on_disk {
            return;
        }
        let ground = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(8.0);
        let mut pressed = None;
        Panel::top("changed on disk").resizable(false).frame(ground).show(ui, |ui| {
            pressed = widgets::banner(
                ui,
                Role::AccentSoft,
                Role::Accent,
                "refresh-cw",
                "The file was changed by another program",
                "Load it again to see the change. What you have not saved here would be gone.",
                &[("Load it again", ""), ("Keep mine", "")],
            );
        });
        match pressed {
            Some(0) => self.queue.push(Command::Reload.into()),
            Some(_) => {
                self.changed_on_disk = false;
                if let Some(session) = &mut self.session {
                    session.forget_stamp();
                }
            }
            None => {}
        }
    }

    fn draw(&mut self, ui: &mut Ui) {
        let narrow = ui.max_rect().width() < size::ROOMY;
        self.narrow = narrow;
        let Some(session) = &self.session else {
            CentralPanel::no_frame().show(ui, |ui| {
                self.welcome_asked = welcome::show(ui, &mut self.welcome, &self.recent, &self.leftovers);
            });
            return;
        };
        let job = self.jobs.running().find(|(id, _)| self.job_names.contains_key(id)).map(|(id, status)| {
            (status.name.clone(), status.done, status.can_cancel.then_some(Request::Cancel(id)))
        });
        let busy = job.is_some();
        let jobs = &self.jobs;
        self.views.simulate.follow(|id| jobs.running().find(|(one, _)| *one == id).map(|(_, job)| job.done));
        let (saved, kept) = self.saved_words();
        let asked = Shell {
            session: Some(session),
            step: self.step,
            narrow,
            history: self.history_names(),
            saved: &saved,
            kept: &kept,
            status: &self.status,
            zoom: self.system.canvas.camera.zoom,
            job,
            can: &|command| self.can(command),
            is_on: &|command| self.is_on(command),
        }
        .show(ui);
        self.queue.extend(asked);
        if busy {
            let rect = egui::Rect::from_min_size(
                ui.available_rect_before_wrap().min,
                egui::vec2(ui.available_width(), 2.0),
            );
            ui.painter().rect_filled(rect, 0.0, theme::color(ui, Role::Accent));
        }
        self.banners(ui);
        let Some(session) = &self.session else { return };
        let status_before = std::mem::take(&mut self.status);
        let zoom_before = self.system.canvas.camera.zoom;
        let reveal = self.reveal.take();
        let mut cx =
            ViewContext::new(session, &mut self.prefs, narrow, &mut self.status, reveal, &mut self.queue);
        let step = self.step;
        CentralPanel::no_frame().show(ui, |ui| match step {
            Step::System => system::show(ui, &mut cx, &mut self.system),
            step => {
                regions::note(ui, Region::View, ui.max_rect());
                self.views.show(ui, &mut cx, step);
            }
        });
        // The status bar is drawn before the view that fills it.
        if self.status != status_before || self.system.canvas.camera.zoom != zoom_before {
            ui.request_repaint();
        }
    }
}

impl eframe::App for App {
    fn raw_input_hook(&mut self, _ctx: &Context, raw_input: &mut egui::RawInput) {
        // The letters' texture is as wide as the widest possible one: 64 kB a row where that is 16,384.
        if let Some(side) = &mut raw_input.max_texture_side {
            *side = (*side).min(WIDEST_TEXTURE);
        }
    }

    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.fetch_jobs(ctx);
        self.fetch_answers(ctx);
        self.type_ahead.hear(ctx, self.palette.is_open() || self.system.opens_a_field());
        self.take_events(ctx);
        self.take_keys(ctx);
        for asked in std::mem::take(&mut self.welcome_asked) {
            self.act_on_welcome(ctx, asked);
        }
        for request in std::mem::take(&mut self.queue) {
            self.act(ctx, request);
        }
        self.end_step(ctx);
        self.close_asked(ctx);
        self.keep_for_recovery(ctx);
        self.keep_pack(ctx);
        self.check_in_background(ctx);
        self.look_at_file(ctx);
        self.store_settings(ctx);
        self.name_window(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.finish_opening(ui.ctx());
        widgets::remember_open_list(ui.ctx(), self.palette.is_open() || self.dialog.is_some());
        self.draw(ui);
        let ctx = ui.ctx().clone();
        let mut palette = std::mem::take(&mut self.palette);
        let mut canvas = std::mem::take(&mut self.system.canvas);
        let asked = palette.show(&ctx, self.session.as_ref(), &mut canvas, |command| self.can(command));
        self.palette = palette;
        self.system.canvas = canvas;
        self.queue.extend(asked);
        self.feed_policy_export();
        if let Some(dialog) = &mut self.dialog
            && let Some(ended) = dialogs::show(&ctx, dialog, self.session.as_ref(), &mut self.welcome)
        {
            self.dialog = None;
            self.dialog_ended(&ctx, ended);
        }
        if let Some(request) = self.toasts.show(&ctx) {
            self.queue.push(request);
        }
        // What was asked for happens before the next frame.
        if !self.queue.is_empty() || !self.welcome_asked.is_empty() {
            ctx.request_repaint();
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        // What nothing is drawn on is canvas.
        let palette = if visuals.dark_mode { picture::Palette::dark() } else { picture::Palette::light() };
        theme::paint_color(palette, Role::Canvas.into()).to_normalized_gamma_f32()
    }
}

/// What stands in the field for a path before anything is typed.
fn typed_at_first(ask: &Ask) -> String {
    match (&ask.kind, &ask.folder) {
        (AskKind::Save(name), Some(folder)) => files::typed(&folder.join(name)),
        (AskKind::Save(name), None) => format!("~/{name}"),
        (AskKind::Open, Some(folder)) => format!("{}/", files::typed(folder)),
        (AskKind::Open, None) => String::new(),
    }
}

/// The window's icon.
pub(super) fn icon() -> egui::IconData {
    let png: &[u8] = include_bytes!("../../assets/icons/threat-studio.png");
    eframe::icon_data::from_png_bytes(png).unwrap_or_default()
}
