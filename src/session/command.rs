//! Everything that can be asked of the program: one closed list for menu, palette, keys and help, and the requests that
//! carry data.

use std::path::PathBuf;

use crate::analysis::paths::GraphFinding;
use crate::edit::Transaction;
use crate::model::{ComponentKind, ItemId, ViewId};

/// The steps of the left rail, in the order of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Step {
    /// Draw the system.
    #[default]
    System,
    /// Name what is worth protecting.
    Assets,
    /// Find what can go wrong.
    Threats,
    /// See how likely and how bad.
    Risk,
    /// Write what agents must and must not do.
    Policies,
    /// Run policies on traces.
    Simulate,
    /// Print and sign.
    Report,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 7] =
        [Self::System, Self::Assets, Self::Threats, Self::Risk, Self::Policies, Self::Simulate, Self::Report];

    /// The name under the icon.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Assets => "Assets",
            Self::Threats => "Threats",
            Self::Risk => "Risk",
            Self::Policies => "Policies",
            Self::Simulate => "Simulate",
            Self::Report => "Report",
        }
    }
}

/// The menu that a command stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Files.
    File,
    /// Undo, clipboard, selection.
    Edit,
    /// What is shown.
    View,
    /// Drawing.
    System,
    /// Where things stand.
    Arrange,
    /// Threats, risk, policies, simulation.
    Analyze,
    /// Help.
    Help,
}

impl Group {
    /// All menus in order.
    pub const ALL: [Self; 7] =
        [Self::File, Self::Edit, Self::View, Self::System, Self::Arrange, Self::Analyze, Self::Help];

    /// The menu's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::System => "System",
            Self::Arrange => "Arrange",
            Self::Analyze => "Analyze",
            Self::Help => "Help",
        }
    }
}

/// Where a key works. Single keys never work while text is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Everywhere.
    Anywhere,
    /// On the canvas.
    Canvas,
    /// In the threats view.
    Threats,
}

/// A key with what is held. The key is named as people name it: `S`, `F5`, `Delete`, `1`, `Plus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keys {
    /// Control, or the command key on a Mac.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// The key.
    pub key: &'static str,
    /// Where it works.
    pub place: Place,
}

impl Keys {
    const fn plain(key: &'static str, place: Place) -> Self {
        Self { ctrl: false, shift: false, alt: false, key, place }
    }

    const fn ctrl(key: &'static str) -> Self {
        Self { ctrl: true, shift: false, alt: false, key, place: Place::Anywhere }
    }

    const fn ctrl_at(key: &'static str, place: Place) -> Self {
        Self { ctrl: true, shift: false, alt: false, key, place }
    }

    const fn ctrl_shift(key: &'static str) -> Self {
        Self { ctrl: true, shift: true, alt: false, key, place: Place::Anywhere }
    }

    const fn alt(key: &'static str) -> Self {
        Self { ctrl: false, shift: false, alt: true, key, place: Place::Canvas }
    }

    const fn alt_shift(key: &'static str) -> Self {
        Self { ctrl: false, shift: true, alt: true, key, place: Place::Canvas }
    }

    const fn shift(key: &'static str, place: Place) -> Self {
        Self { ctrl: false, shift: true, alt: false, key, place }
    }

    /// How the keys are written: "Ctrl+Shift+Z".
    pub fn label(self) -> String {
        let mut label = String::new();
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.shift, "Shift+"), (self.alt, "Alt+")] {
            if held {
                label.push_str(name);
            }
        }
        label.push_str(match self.key {
            "Plus" => "+",
            "Minus" => "−",
            "Delete" => "Del",
            "Escape" => "Esc",
            "Comma" => ",",
            "Period" => ".",
            key => key,
        });
        label
    }
}

macro_rules! commands {
    ($($(#[$meta:meta])* $command:ident, $group:ident, $label:literal, $icon:literal, $keys:expr;)*) => {
        /// A command without data of its own: it stands in a menu and in the palette.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $(#[doc = $label] $(#[$meta])* $command,)*
        }

        impl Command {
            /// All commands, in the order of the menus.
            pub const ALL: &'static [Self] = &[$(Self::$command),*];

            /// What a person reads.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$command => $label,)*
                }
            }

            /// The menu that it stands in.
            pub fn group(self) -> Group {
                match self {
                    $(Self::$command => Group::$group,)*
                }
            }

            /// Its icon under assets/icons; empty is none.
            pub fn icon(self) -> &'static str {
                match self {
                    $(Self::$command => $icon,)*
                }
            }

            /// Its keys, the first the one that menus show.
            pub fn keys(self) -> &'static [Keys] {
                match self {
                    $(Self::$command => {
                        const KEYS: &[Keys] = &$keys;
                        KEYS
                    })*
                }
            }
        }
    };
}

commands! {
    New, File, "New model", "file-plus", [Keys::ctrl("N")];
    NewFromTemplate, File, "New from template…", "file-plus", [Keys::ctrl_shift("N")];
    Open, File, "Open…", "folder-open", [Keys::ctrl("O")];
    Import, File, "Import from another tool…", "download", [Keys::ctrl("I")];
    OpenExample, File, "Open the example", "folder-open", [];
    Save, File, "Save", "save", [Keys::ctrl("S")];
    SaveAs, File, "Save as…", "save", [Keys::ctrl_shift("S")];
    SavePdf, File, "Save PDF…", "file-text", [Keys::ctrl("P")];
    SaveHtml, File, "Save report as HTML…", "file-text", [];
    SaveMarkdown, File, "Save report as Markdown…", "file-text", [];
    SaveRegisterCsv, File, "Save risk register as CSV…", "table", [];
    SaveListCsv, File, "Save the listed threats as CSV…", "table", [];
    SaveDiagramSvg, File, "Save diagram as SVG…", "download", [];
    SaveDiagramPng, File, "Save diagram as PNG…", "download", [];
    SaveDiagramPdf, File, "Save diagram as PDF…", "download", [];
    ExportPolicies, File, "Export policies for an engine…", "upload", [];
    Reload, File, "Load again from disk", "refresh-cw", [];
    ShowLosses, File, "What could not be carried", "list-checks", [];
    CloseModel, File, "Close model", "house", [Keys::ctrl("W")];
    Quit, File, "Quit", "log-out", [Keys::ctrl("Q")];

    Undo, Edit, "Undo", "undo-2", [Keys::ctrl("Z")];
    Redo, Edit, "Redo", "redo-2", [Keys::ctrl_shift("Z"), Keys::ctrl("Y")];
    Cut, Edit, "Cut", "", [Keys::ctrl("X")];
    Copy, Edit, "Copy", "copy", [Keys::ctrl("C")];
    CopyDiagramPng, Edit, "Copy the diagram as a picture", "copy", [];
    CopyDiagramSvg, Edit, "Copy the diagram as SVG", "copy", [];
    Paste, Edit, "Paste", "clipboard", [Keys::ctrl("V")];
    Duplicate, Edit, "Duplicate", "copy", [Keys::ctrl("D")];
    Delete, Edit, "Delete", "trash-2", [Keys::plain("Delete", Place::Canvas), Keys::plain("Backspace", Place::Canvas)];
    Rename, Edit, "Rename", "pencil", [Keys::plain("F2", Place::Anywhere), Keys::plain("Enter", Place::Canvas)];
    ConfirmAssumed, Edit, "Confirm what is assumed", "check", [Keys::plain("C", Place::Canvas)];
    KeepStencil, Edit, "Save the selection as a stencil…", "bookmark-plus", [];
    SelectAll, Edit, "Select all", "", [Keys::ctrl("A")];
    SelectNone, Edit, "Select nothing", "", [Keys::plain("Escape", Place::Canvas)];
    ChooseMore, Edit, "Keep what is selected and choose more", "", [Keys::ctrl_at("Space", Place::Canvas)];
    SelectConnected, Edit, "Select what is connected", "", [Keys::shift("C", Place::Canvas)];
    Find, Edit, "Find on the diagram…", "search", [Keys::ctrl("F")];
    YourName, Edit, "Your name…", "user", [];

    Palette, View, "Type a command, or draw", "search", [Keys::ctrl("K")];
    GoSystem, View, "Go to System", "network", [Keys::ctrl("1")];
    GoAssets, View, "Go to Assets", "gem", [Keys::ctrl("2")];
    GoThreats, View, "Go to Threats", "triangle-alert", [Keys::ctrl("3")];
    GoRisk, View, "Go to Risk", "grid-3x3", [Keys::ctrl("4")];
    GoPolicies, View, "Go to Policies", "scroll-text", [Keys::ctrl("5")];
    GoSimulate, View, "Go to Simulate", "activity", [Keys::ctrl("6")];
    GoReport, View, "Go to Report", "file-text", [Keys::ctrl("7")];
    NextRegion, View, "Next region", "", [Keys::plain("F6", Place::Anywhere)];
    FitAll, View, "Fit all", "maximize", [Keys::shift("1", Place::Canvas)];
    FitSelection, View, "Fit selection", "scan", [Keys::shift("2", Place::Canvas)];
    ZoomIn, View, "Zoom the canvas in", "plus", [Keys::plain("Plus", Place::Canvas)];
    ZoomOut, View, "Zoom the canvas out", "minus", [Keys::plain("Minus", Place::Canvas)];
    ZoomWhole, View, "Zoom the canvas to 100 %", "", [Keys::shift("0", Place::Canvas)];
    NewView, View, "New view of the selection", "layers", [];
    RenameView, View, "Rename this view…", "pencil", [];
    DeleteView, View, "Delete this view", "trash-2", [];
    NextView, View, "Next view", "", [Keys::plain("PageDown", Place::Canvas)];
    PreviousView, View, "Previous view", "", [Keys::plain("PageUp", Place::Canvas)];
    PutIntoView, View, "Put into this view", "eye", [];
    PutEndsIntoView, View, "Put what it connects to into this view", "waypoints", [];
    TakeOutOfView, View, "Take out of this view", "eye-off", [];
    ShowRisk, View, "Show risk on the diagram", "eye", [];
    ShowAssets, View, "Show assets on the diagram", "eye", [];
    ShowAttackPaths, View, "Show attack paths", "route", [Keys::alt("5")];
    ColourByNothing, View, "Colour the diagram by nothing", "", [Keys::alt("0")];
    ColourByRisk, View, "Colour the diagram by risk", "triangle-alert", [Keys::alt("1")];
    ColourBySensitivity, View, "Colour the diagram by sensitivity", "gem", [Keys::alt("2")];
    ColourByTrust, View, "Colour the diagram by trust", "shield", [Keys::alt("3")];
    ColourByQuestions, View, "Colour the diagram by open questions", "circle-help", [Keys::alt("4")];
    PlayAttackPath, View, "Play the attack path", "play", [Keys::shift("P", Place::Canvas), Keys::shift("P", Place::Threats)];
    NextGraphFinding, View, "Show the next finding of the graph", "workflow", [Keys::shift("F", Place::Canvas)];
    ShowBlastRadius, View, "Show what falls with it", "radio-tower", [Keys::shift("X", Place::Canvas)];
    ToggleOutline, View, "Show the outline", "panel-left", [];
    ToggleStencils, View, "Show the stencils", "shapes", [Keys::shift("S", Place::Canvas)];
    ToggleInspector, View, "Show the inspector", "panel-right", [];
    ToggleProblems, View, "Show problems", "panel-bottom", [];
    ToggleTheme, View, "Switch between light and dark", "sun", [];
    FollowSystemTheme, View, "Light or dark as the system is", "monitor", [];
    FullScreen, View, "Full screen", "presentation", [Keys::plain("F11", Place::Anywhere)];

    ToolSelect, System, "Select", "mouse-pointer-2", [Keys::plain("V", Place::Canvas)];
    ToolPan, System, "Pan", "hand", [Keys::plain("H", Place::Canvas)];
    AddAgent, System, "Add agent", "bot", [Keys::plain("1", Place::Canvas)];
    AddProcess, System, "Add process", "cog", [Keys::plain("2", Place::Canvas)];
    AddModel, System, "Add model", "brain-circuit", [Keys::plain("3", Place::Canvas)];
    AddTool, System, "Add tool", "wrench", [Keys::plain("4", Place::Canvas)];
    AddStore, System, "Add store", "database", [Keys::plain("5", Place::Canvas)];
    AddExternal, System, "Add external", "globe", [Keys::plain("6", Place::Canvas)];
    AddHuman, System, "Add human", "user", [Keys::plain("7", Place::Canvas)];
    AddNext, System, "Add and connect by name…", "plus", [Keys::plain("A", Place::Canvas)];
    DrawFlow, System, "Draw a flow", "spline", [Keys::plain("F", Place::Canvas)];
    PickUpEnd, System, "Connect by keys", "keyboard", [Keys::plain("Space", Place::Canvas)];
    PickUpStart, System, "Move the sender's end by keys", "keyboard", [Keys::shift("Space", Place::Canvas)];
    TurnRound, System, "Turn the interface round", "arrow-left-right", [];
    RouteAnew, System, "Route the interface anew", "route", [];
    OutOfScope, System, "Out of scope, or back in", "eye-off", [];
    PutLabelBack, System, "Put the label back", "undo-2", [];
    CurveFlow, System, "Curve the interface, or straighten it", "spline", [Keys::plain("R", Place::Canvas)];
    CurveAll, System, "Draw all flows as curves", "spline", [Keys::shift("R", Place::Canvas)];
    DrawZone, System, "Draw a zone", "square-dashed", [Keys::plain("B", Place::Canvas)];
    ZoneAround, System, "Put a zone around it", "square-dashed", [Keys::ctrl("G")];
    DrawLine, System, "Draw a boundary line", "waypoints", [Keys::shift("B", Place::Canvas)];
    AddNote, System, "Add a note", "file", [Keys::plain("N", Place::Canvas)];
    NewAsset, System, "New asset", "gem", [];

    TidyUp, Arrange, "Tidy up", "sparkles", [Keys::shift("L", Place::Canvas)];
    TidyUpZone, Arrange, "Tidy up the zone", "sparkles", [Keys::ctrl("L")];
    TidyUpSelection, Arrange, "Tidy up the selection", "sparkles", [Keys::plain("L", Place::Canvas)];
    Collapse, Arrange, "Collapse or open the zone", "scan", [Keys::plain("O", Place::Canvas)];
    CollapseAll, Arrange, "Collapse all zones", "", [];
    OpenAll, Arrange, "Open all zones", "", [];
    Pin, Arrange, "Pin in place", "pin", [Keys::plain("P", Place::Canvas)];
    AlignLeft, Arrange, "Align left edges", "", [Keys::alt("A")];
    AlignCenter, Arrange, "Align centres", "", [Keys::alt("H")];
    AlignRight, Arrange, "Align right edges", "", [Keys::alt("D")];
    AlignTop, Arrange, "Align top edges", "", [Keys::alt("W")];
    AlignMiddle, Arrange, "Align middles", "", [Keys::alt("V")];
    AlignBottom, Arrange, "Align bottom edges", "", [Keys::alt("S")];
    DistributeAcross, Arrange, "Distribute horizontally", "", [Keys::alt_shift("H")];
    DistributeDown, Arrange, "Distribute vertically", "", [Keys::alt_shift("V")];

    NewThreat, Analyze, "New threat", "triangle-alert", [Keys::plain("T", Place::Threats)];
    AcceptAll, Analyze, "Accept all that fire", "check", [];
    NewControl, Analyze, "New control", "shield-check", [];
    NewPolicy, Analyze, "New policy…", "scroll-text", [];
    Simulate, Analyze, "Simulate", "play", [Keys::plain("F5", Place::Anywhere)];
    SweepThresholds, Analyze, "Sweep thresholds", "target", [Keys::ctrl_shift("T")];
    ComparePolicies, Analyze, "Compare policies", "git-compare", [Keys::ctrl_shift("D")];
    AddTrace, Analyze, "Add a trace file…", "activity", [];
    ChooseEvents, Analyze, "Choose the events of the trace…", "list-checks", [];
    ChooseLabels, Analyze, "Choose the labelled attacks of the trace…", "target", [];
    RemoveTrace, Analyze, "Remove the trace", "trash-2", [];
    AddAttack, Analyze, "Add an attack…", "zap", [Keys::ctrl_shift("A")];
    TraceAndSettings, Analyze, "Trace and simulation settings", "sliders-horizontal", [Keys::ctrl("E")];
    SaveTrace, Analyze, "Save the trace and its labels…", "save", [];
    TraceFromPrometheus, Analyze, "Take a trace from Prometheus…", "activity", [];
    SimulateLosses, Analyze, "Simulate losses", "chart-line", [Keys::ctrl("M")];
    Packs, Analyze, "Packs…", "blocks", [Keys::ctrl_shift("P")];
    RiskMethod, Analyze, "Risk method…", "sliders-horizontal", [Keys::ctrl_shift("M")];
    ClearThreatFilter, Analyze, "Show all threats", "filter", [];
    RunProtection, Analyze, "Simulate the security checks", "timer", [];
    NextProblem, Analyze, "Next problem", "octagon-alert", [Keys::plain("F8", Place::Anywhere)];
    PreviousProblem, Analyze, "Previous problem", "octagon-alert", [Keys::shift("F8", Place::Anywhere)];
    FixProblem, Analyze, "Fix this problem…", "wrench", [Keys::ctrl("Period")];
    FixRule, Analyze, "Fix all problems of this rule…", "layers", [];
    NextQuestion, Analyze, "Next question", "circle-help", [Keys::plain("Q", Place::Canvas), Keys::plain("Q", Place::Threats)];
    NewReview, Analyze, "Start a review", "calendar", [];

    FirstSteps, Help, "First steps", "circle-help", [Keys::plain("F1", Place::Anywhere)];
    KeyboardShortcuts, Help, "Keys", "keyboard", [];
    About, Help, "About Threat Studio", "info", [];
}

impl Command {
    /// The step that it leads to, for the commands of the rail.
    pub fn step(self) -> Option<Step> {
        Some(match self {
            Self::GoSystem => Step::System,
            Self::GoAssets => Step::Assets,
            Self::GoThreats => Step::Threats,
            Self::GoRisk => Step::Risk,
            Self::GoPolicies => Step::Policies,
            Self::GoSimulate => Step::Simulate,
            Self::GoReport => Step::Report,
            _ => return None,
        })
    }

    /// The command that leads to a step.
    pub fn go(step: Step) -> Self {
        match step {
            Step::System => Self::GoSystem,
            Step::Assets => Self::GoAssets,
            Step::Threats => Self::GoThreats,
            Step::Risk => Self::GoRisk,
            Step::Policies => Self::GoPolicies,
            Step::Simulate => Self::GoSimulate,
            Step::Report => Self::GoReport,
        }
    }

    /// The kind of component that it adds.
    pub fn adds(self) -> Option<ComponentKind> {
        Some(match self {
            Self::AddAgent => ComponentKind::Agent,
            Self::AddProcess => ComponentKind::Process,
            Self::AddModel => ComponentKind::Model,
            Self::AddTool => ComponentKind::Tool,
            Self::AddStore => ComponentKind::Store,
            Self::AddExternal => ComponentKind::External,
            Self::AddHuman => ComponentKind::Human,
            _ => return None,
        })
    }

    /// Whether it makes sense without an open model.
    pub fn works_without_model(self) -> bool {
        matches!(
            self,
            Self::New
                | Self::NewFromTemplate
                | Self::Open
                | Self::Import
                | Self::OpenExample
                | Self::Quit
                | Self::Palette
                | Self::ToggleTheme
                | Self::FollowSystemTheme
                | Self::FullScreen
                | Self::YourName
                | Self::FirstSteps
                | Self::KeyboardShortcuts
                | Self::About
        )
    }
}

/// Everything that views ask for. Views read; only the session and the window's own loop act.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Do a command of the list.
    Command(Command),
    /// Change the model.
    Commit(Transaction),
    /// Change the model as part of the step that led to that revision: what was just put down gets its name.
    Amend(Transaction, u64),
    /// Change the model and select these.
    CommitAndSelect(Transaction, Vec<ItemId>),
    /// Say something to the person in passing: why nothing happened.
    Say(String),
    /// What follows is a step of its own: a field was left, a gesture ended.
    Seal,
    /// Select exactly these.
    Select(Vec<ItemId>),
    /// Show these threats alone in the registers; none shows all again.
    FilterThreats(Option<super::ThreatFilter>),
    /// Add one to the selection, or take it out.
    ToggleSelected(ItemId),
    /// Go to a thing: select it, show it, bring it into sight.
    Reveal(ItemId),
    /// List the problems of one severity and no others.
    ShowProblems(crate::catalog::Severity),
    /// Play an attack path on the diagram, by its place among those of the model.
    PlayPath(usize),
    /// Light up a finding of the graph on the diagram.
    LightUp(GraphFinding),
    /// Show another view of the diagram.
    ShowView(ViewId),
    /// Open a file, whatever its format.
    OpenPath(PathBuf),
    /// Keep what is selected as a stencil of that name.
    KeepStencil(String),
    /// Give a stencil of the person another name.
    RenameStencil(PathBuf, String),
    /// Throw a stencil of the person away.
    DeleteStencil(PathBuf),
    /// Begin a pack of that name.
    NewPack(String),
    /// Write a pack's text into its file.
    SavePack(PathBuf, String),
    /// Throw a pack away.
    DeletePack(PathBuf),
    /// Save to that path.
    SaveTo(PathBuf),
    /// Start from a template, by its name.
    NewFromTemplate(String),
    /// Put what a run showed on record, and say which risks that moves.
    RecordEvidence(Vec<crate::model::Evidence>),
    /// Run policies on a trace; without policies, all that are not retired.
    RunSimulation(super::TraceFiles, Vec<crate::model::PolicyId>),
    /// Study the threshold of a metric condition on the data of the latest run.
    StudyThreshold(super::ConditionPlace, crate::simulation::threshold_study::Wanted),
    /// Compare two policies on the data of the latest run.
    ComparePolicies(super::Side, super::Side),
    /// Ask what is to be otherwise about a made-up attack of the chosen trace, by its place.
    ChangeAttack(usize),
    /// Show what policies would read like for an engine, to save them.
    ExportPolicies(crate::exchange::engines::Target),
    /// Make the pages of the report for the preview.
    MakePages(super::ReportChoice),
    /// Say what of the report is wanted.
    ChooseReport(super::ReportChoice),
    /// Ask a running job to stop.
    Cancel(super::JobId),
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self::Command(command)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_two_commands_share_a_key_in_one_place() {
        let mut taken: BTreeMap<Keys, Command> = BTreeMap::new();
        for command in Command::ALL {
            for keys in command.keys() {
                let other = taken.insert(*keys, *command);
                assert_eq!(other, None, "{} of {command:?}", keys.label());
                let everywhere = Keys { place: Place::Anywhere, ..*keys };
                let other = taken.get(&everywhere).filter(|other| *other != command);
                assert_eq!(other, None, "{} of {command:?} works everywhere for another", keys.label());
            }
        }
    }

    #[test]
    fn every_step_has_its_command() {
        for step in Step::ALL {
            assert_eq!(Command::go(step).step(), Some(step));
        }
    }

    #[test]
    fn commands_that_ask_for_more_say_so() {
        for command in Command::ALL {
            let asks = command.label().ends_with('…');
            let saves_to = matches!(command.group(), Group::File) && command.label().starts_with("Save ");
            assert!(asks || !saves_to, "{}", command.label());
        }
    }
}
