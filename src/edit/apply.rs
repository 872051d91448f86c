//! One change to one record, and its inverse.

use jiff::civil::Date;

use crate::model::{
    Asset, AssetId, Assumption, AssumptionId, BoundaryLine, BrokenReference, Component, ComponentId, Control,
    ControlId, DiagramError, Dismissal, Evidence, EvidenceId, Interface, InterfaceId, ItemId, Keyed as _,
    LineId, Method, Note, NoteId, Place, Policy, PolicyId, Project, Protection, Question, QuestionId, Review,
    ReviewId, SimulationSettings, Suppression, Threat, ThreatId, View, ViewId, Zone, ZoneId,
};

/// What is said of a project as a whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// What people call the system.
    pub name: String,
    /// What the system is.
    pub description: String,
    /// Who answers for it.
    pub owner: String,
    /// Who may read the model.
    pub classification: String,
    /// What is left out, and why.
    pub out_of_scope: String,
    /// The model's version, as people count it.
    pub version: String,
    /// Who works on it.
    pub contributors: Vec<String>,
    /// When the next review is due.
    pub review_due: Option<Date>,
}

impl Details {
    /// The details of a project as they are.
    pub fn of(project: &Project) -> Self {
        Self {
            name: project.name.clone(),
            description: project.description.clone(),
            owner: project.owner.clone(),
            classification: project.classification.clone(),
            out_of_scope: project.out_of_scope.clone(),
            version: project.version.clone(),
            contributors: project.contributors.clone(),
            review_due: project.review_due,
        }
    }

    fn put(self, project: &mut Project) -> Self {
        let old = Self::of(project);
        let Self {
            name,
            description,
            owner,
            classification,
            out_of_scope,
            version,
            contributors,
            review_due,
        } = self;
        project.name = name;
        project.description = description;
        project.owner = owner;
        project.classification = classification;
        project.out_of_scope = out_of_scope;
        project.version = version;
        project.contributors = contributors;
        project.review_due = review_due;
        old
    }
}

/// Why a change was refused. The project is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The diagram would not hold together.
    #[error(transparent)]
    Diagram(#[from] DiagramError),
    /// A record would name one that is not there.
    #[error("{0}")]
    Broken(BrokenReference),
    /// A zone would stand inside of itself.
    #[error("{0} would stand inside of itself")]
    ZoneRing(ZoneId),
    /// A record's own id is not the one it is put under.
    #[error("a record with the id {found} was put under {wanted}")]
    WrongId {
        /// Where it was put.
        wanted: ItemId,
        /// What it calls itself.
        found: ItemId,
    },
    /// There is no such view.
    #[error("there is no view {0}")]
    NoView(ViewId),
}

/// What an edit replaces: two edits of one slot can be merged into one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// A record.
    Item(ItemId),
    /// Where something stands in a view.
    Place(ViewId, ItemId),
    /// The project's details.
    Details,
    /// The method.
    Method,
    /// The protection.
    Protection,
    /// The simulation settings.
    Simulation,
    /// The list of dismissals.
    Dismissals,
    /// The list of suppressions.
    Suppressions,
}

macro_rules! edits {
    ($($variant:ident($id:ty, $record:ty), $what:literal;)*) => {
        /// One change: a record put in, replaced or taken out; a place; or one of the project's settings.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Edit {
            $(
                #[doc = concat!("The ", $what, " with that id becomes this, or goes.")]
                $variant($id, Option<Box<$record>>),
            )*
            /// A thing stands here in a view, or nowhere.
            Place {
                /// Which view.
                view: ViewId,
                /// Which thing.
                item: ItemId,
                /// Where.
                place: Option<Box<Place>>,
            },
            /// The project's name, owner and the like.
            Details(Box<Details>),
            /// How risk is rated.
            Method(Box<Method>),
            /// The security checks themselves.
            Protection(Box<Protection>),
            /// What simulations need to know.
            Simulation(Box<SimulationSettings>),
            /// Suggestions set aside.
            Dismissals(Vec<Dismissal>),
            /// Lint findings set aside.
            Suppressions(Vec<Suppression>),
        }

        impl Edit {
            /// What it replaces.
            pub fn slot(&self) -> Slot {
                match self {
                    $(Self::$variant(id, _) => Slot::Item((*id).into()),)*
                    Self::Place { view, item, .. } => Slot::Place(*view, *item),
                    Self::Details(_) => Slot::Details,
                    Self::Method(_) => Slot::Method,
                    Self::Protection(_) => Slot::Protection,
                    Self::Simulation(_) => Slot::Simulation,
                    Self::Dismissals(_) => Slot::Dismissals,
                    Self::Suppressions(_) => Slot::Suppressions,
                }
            }

            fn check_own_id(&self) -> Result<(), EditError> {
                match self {
                    $(Self::$variant(id, Some(record)) if record.id() != *id => {
                        Err(EditError::WrongId { wanted: (*id).into(), found: record.id().into() })
                    })*
                    _ => Ok(()),
                }
            }
        }

        $(impl From<$record> for Edit {
            fn from(record: $record) -> Self {
                Self::$variant(record.id, Some(Box::new(record)))
            }
        })*
    };
}

edits! {
    Component(ComponentId, Component), "component";
    Interface(InterfaceId, Interface), "interface";
    Zone(ZoneId, Zone), "zone";
    Line(LineId, BoundaryLine), "boundary line";
    Asset(AssetId, Asset), "asset";
    Threat(ThreatId, Threat), "threat";
    Control(ControlId, Control), "control";
    Policy(PolicyId, Policy), "policy";
    Evidence(EvidenceId, Evidence), "evidence";
    View(ViewId, View), "view";
    Review(ReviewId, Review), "review";
    Assumption(AssumptionId, Assumption), "assumption";
    Question(QuestionId, Question), "question";
    Note(NoteId, Note), "note";
}

impl Edit {
    /// Makes the change and gives back the one that undoes it.
    pub(in crate::edit) fn apply(self, project: &mut Project) -> Result<Self, EditError> {
        self.check_own_id()?;
        if let Slot::Item(item) = self.slot() {
            project.reserve(item);
        }
        /// Puts a record into its table, or takes it out.
        macro_rules! in_table {
            ($table:expr, $id:expr, $record:expr, $variant:ident) => {{
                let old = match $record {
                    Some(record) => $table.insert(*record),
                    None => $table.remove($id),
                };
                Self::$variant($id, old.map(Box::new))
            }};
        }
        Ok(match self {
            Self::Component(id, record) => {
                let old = match record {
                    Some(component) => project.diagram.put_component(*component),
                    None => project.diagram.take_component(id)?,
                };
                Self::Component(id, old.map(Box::new))
            }
            Self::Interface(id, record) => {
                let old = match record {
                    Some(interface) => project.diagram.put_interface(*interface)?,
                    None => project.diagram.take_interface(id),
                };
                Self::Interface(id, old.map(Box::new))
            }
            Self::Zone(id, record) => in_table!(project.diagram.zones, id, record, Zone),
            Self::Line(id, record) => in_table!(project.diagram.lines, id, record, Line),
            Self::Asset(id, record) => in_table!(project.assets, id, record, Asset),
            Self::Threat(id, record) => in_table!(project.threats, id, record, Threat),
            Self::Control(id, record) => in_table!(project.controls, id, record, Control),
            Self::Policy(id, record) => {
                for rule in record.iter().flat_map(|policy| &policy.rules) {
                    project.reserve(rule.id.into());
                }
                in_table!(project.policies, id, record, Policy)
            }
            Self::Evidence(id, record) => in_table!(project.evidence, id, record, Evidence),
            Self::View(id, record) => in_table!(project.views, id, record, View),
            Self::Review(id, record) => in_table!(project.reviews, id, record, Review),
            Self::Assumption(id, record) => in_table!(project.assumptions, id, record, Assumption),
            Self::Question(id, record) => in_table!(project.questions, id, record, Question),
            Self::Note(id, record) => in_table!(project.notes, id, record, Note),
            Self::Place { view, item, place } => {
                let places = &mut project.views.get_mut(view).ok_or(EditError::NoView(view))?.places;
                let old = match place {
                    Some(place) => places.insert(item, *place),
                    None => places.remove(&item),
                };
                Self::Place { view, item, place: old.map(Box::new) }
            }
            Self::Details(details) => Self::Details(Box::new(details.put(project))),
            Self::Method(method) => Self::Method(Box::new(std::mem::replace(&mut project.method, *method))),
            Self::Protection(protection) => {
                Self::Protection(Box::new(std::mem::replace(&mut project.protection, *protection)))
            }
            Self::Simulation(settings) => {
                Self::Simulation(Box::new(std::mem::replace(&mut project.simulation, *settings)))
            }
            Self::Dismissals(list) => Self::Dismissals(std::mem::replace(&mut project.dismissals, list)),
            Self::Suppressions(list) => {
                Self::Suppressions(std::mem::replace(&mut project.suppressions, list))
            }
        })
    }
}
