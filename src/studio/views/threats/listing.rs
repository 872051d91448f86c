//! Which threats the register lists, in which order, under which heads. Nothing here draws.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::analysis::coverage::{Gap, gaps};
use crate::analysis::risk::{Rating, Register};
use crate::model::{Band, ItemId, Project, Stride, Target, Threat, ThreatId, ThreatStatus, Treatment};
use crate::studio::words;

/// A column of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Col {
    Id,
    Title,
    State,
    Now,
    Likelihood,
    Impact,
    Inherent,
    Planned,
    Treatment,
    Owner,
    Due,
    Stride,
    Targets,
    Zone,
    Controls,
    Tags,
}

impl Col {
    /// Every column, in the order of the table.
    pub(super) const ALL: [Self; 16] = [
        Self::Id,
        Self::Title,
        Self::State,
        Self::Now,
        Self::Likelihood,
        Self::Impact,
        Self::Inherent,
        Self::Planned,
        Self::Treatment,
        Self::Owner,
        Self::Due,
        Self::Stride,
        Self::Targets,
        Self::Zone,
        Self::Controls,
        Self::Tags,
    ];

    /// Those that are shown until somebody chooses others.
    pub(super) const USUAL: [Self; 8] = [
        Self::Id,
        Self::Title,
        Self::State,
        Self::Now,
        Self::Planned,
        Self::Treatment,
        Self::Owner,
        Self::Due,
    ];

    /// What stands over it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Id => "Id",
            Self::Title => "Threat",
            Self::State => "State",
            Self::Now => "Now",
            Self::Likelihood => "Likely",
            Self::Impact => "Impact",
            Self::Inherent => "Inherent",
            Self::Planned => "Planned",
            Self::Treatment => "Treatment",
            Self::Owner => "Owner",
            Self::Due => "Due",
            Self::Stride => "STRIDE",
            Self::Targets => "Targets",
            Self::Zone => "Zone",
            Self::Controls => "Controls",
            Self::Tags => "Tags",
        }
    }

    /// The column of that name, as settings keep it.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.label() == name)
    }

    /// How wide it is.
    pub(super) fn width(self) -> f32 {
        match self {
            Self::Id => 62.0,
            Self::Title => 170.0,
            Self::State => 108.0,
            Self::Now | Self::Inherent | Self::Planned => 70.0,
            Self::Likelihood | Self::Impact => 60.0,
            Self::Treatment => 96.0,
            Self::Owner | Self::Zone => 112.0,
            Self::Due => 100.0,
            Self::Stride => 70.0,
            Self::Targets => 150.0,
            Self::Controls => 78.0,
            Self::Tags => 120.0,
        }
    }

    fn rating(self) -> Option<Rating> {
        match self {
            Self::Now => Some(Rating::Current),
            Self::Inherent => Some(Rating::Inherent),
            Self::Planned => Some(Rating::Planned),
            _ => None,
        }
    }
}

/// By what the threats stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Group {
    #[default]
    None,
    Element,
    Stride,
    Owner,
    State,
    Zone,
    Treatment,
}

impl Group {
    pub(super) const ALL: [Self; 7] =
        [Self::None, Self::Element, Self::Stride, Self::Owner, Self::State, Self::Zone, Self::Treatment];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::None => "Not grouped",
            Self::Element => "By element",
            Self::Stride => "By STRIDE",
            Self::Owner => "By owner",
            Self::State => "By state",
            Self::Zone => "By zone",
            Self::Treatment => "By treatment",
        }
    }
}

/// What is asked of the register. Empty sets let everything pass.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Query {
    pub(super) words: String,
    pub(super) states: BTreeSet<ThreatStatus>,
    pub(super) bands: BTreeSet<Option<Band>>,
    pub(super) stride: BTreeSet<Stride>,
    pub(super) treatments: BTreeSet<Treatment>,
    pub(super) owners: BTreeSet<String>,
    pub(super) tags: BTreeSet<String>,
    pub(super) element: Option<Target>,
    pub(super) overdue: bool,
    pub(super) gap: Option<Gap>,
    /// Only these: picked out together elsewhere, on the risk grid for example.
    pub(super) picked: Option<BTreeSet<ThreatId>>,
    pub(super) group: Group,
    /// The column that orders, and whether it falls; none is the risk now, falling.
    pub(super) sorted: Option<(Col, bool)>,
    /// Heads whose threats are folded away.
    pub(super) folded: BTreeSet<String>,
}

impl Query {
    /// How many filters are on, besides the words.
    pub(super) fn filters(&self) -> usize {
        [
            !self.states.is_empty(),
            !self.bands.is_empty(),
            !self.stride.is_empty(),
            !self.treatments.is_empty(),
            !self.owners.is_empty(),
            !self.tags.is_empty(),
            self.element.is_some(),
            self.overdue,
            self.gap.is_some(),
        ]
        .into_iter()
        .filter(|on| *on)
        .count()
    }

    /// Without filters; order, groups and words stay.
    pub(super) fn clear(&mut self) {
        *self = Self {
            words: std::mem::take(&mut self.words),
            group: self.group,
            sorted: self.sorted,
            ..Self::default()
        };
    }
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// What the threats under it have in common, and how many they are.
    Head(String, usize),
    /// A threat.
    Threat(ThreatId),
}

/// Whether the day by which something was to be done has passed, and it is not done.
pub(super) fn is_overdue(threat: &Threat, today: Date) -> bool {
    is_late(threat, today) || threat.expired(today).is_some()
}

/// Whether its own day has passed and it is not done.
pub(super) fn is_late(threat: &Threat, today: Date) -> bool {
    let open = matches!(threat.standing(today), ThreatStatus::Open | ThreatStatus::Mitigating);
    open && threat.due.is_some_and(|due| due < today)
}

fn zones(project: &Project, threat: &Threat) -> Vec<String> {
    let diagram = &project.diagram;
    let zone_of = |id| diagram.component(id).and_then(|component| component.zone);
    let mut names: Vec<String> = Vec::new();
    for target in &threat.targets {
        let zone = match *target {
            Target::Component(id) => zone_of(id),
            Target::Interface(id) => diagram.interface(id).and_then(|i| i.to).and_then(zone_of),
            Target::Zone(id) => Some(id),
            Target::Line(_) | Target::Asset(_) => None,
        };
        let name = zone.map(|zone| project.name_of(zone.into()));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// The words of a cell, as the table and the CSV file show them.
pub(super) fn cell(
    project: &Project,
    register: &Register,
    today: Date,
    threat: &Threat,
    column: Col,
) -> String {
    let level = |level: Option<f64>| level.map_or_else(String::new, |level| level.to_string());
    match column {
        Col::Id => threat.id.to_string(),
        Col::Title => threat.title.clone(),
        Col::State => threat.standing(today).label().to_owned(),
        Col::Now | Col::Inherent | Col::Planned => {
            let row = register.row(threat.id);
            let risk = column.rating().and_then(|rating| row?.risk(rating));
            risk.map_or_else(String::new, |risk| format!("{risk:.1}"))
        }
        Col::Likelihood => level(threat.likelihood),
        Col::Impact => level(threat.impact),
        Col::Treatment => threat.treatment.label().to_owned(),
        Col::Owner => threat.owner.clone(),
        Col::Due => threat.due.map_or_else(String::new, words::day),
        Col::Stride => threat.stride.iter().map(|stride| stride.letter()).collect(),
        Col::Targets => {
            let names: Vec<String> =
                threat.targets.iter().map(|target| project.name_of(ItemId::from(*target))).collect();
            names.join(", ")
        }
        Col::Zone => zones(project, threat).join(", "),
        Col::Controls => register.row(threat.id).map_or(0, |row| row.effects.len()).to_string(),
        Col::Tags => threat.tags.join(", "),
    }
}

fn matches(project: &Project, register: &Register, query: &Query, today: Date, threat: &Threat) -> bool {
    let any = |set_is_empty: bool, hit: bool| set_is_empty || hit;
    let words = query.words.trim().to_lowercase();
    let found = words.is_empty() || {
        let text = format!(
            "{} {} {} {} {} {} {} {}",
            threat.id,
            threat.title,
            threat.owner,
            threat.standing(today),
            threat.treatment,
            cell(project, register, today, threat, Col::Targets),
            threat.tags.join(" "),
            threat.catalog.as_deref().unwrap_or_default(),
        )
        .to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    };
    let band = register.row(threat.id).and_then(|row| row.band(Rating::Current));
    found
        && any(query.states.is_empty(), query.states.contains(&threat.standing(today)))
        && any(query.bands.is_empty(), query.bands.contains(&band))
        && any(query.stride.is_empty(), !query.stride.is_disjoint(&threat.stride))
        && any(query.treatments.is_empty(), query.treatments.contains(&threat.treatment))
        && any(query.owners.is_empty(), query.owners.contains(threat.owner.trim()))
        && any(query.tags.is_empty(), threat.tags.iter().any(|tag| query.tags.contains(tag)))
        && query.element.is_none_or(|element| threat.targets.contains(&element))
        && (!query.overdue || is_overdue(threat, today))
        && query.picked.as_ref().is_none_or(|picked| picked.contains(&threat.id))
        && query.gap.is_none_or(|gap| gaps(project, register, threat).contains(&gap))
}

fn order(project: &Project, register: &Register, today: Date, threats: &mut [&Threat], column: Col) {
    let number = |threat: &Threat| {
        let row = register.row(threat.id);
        column.rating().and_then(|rating| row?.risk(rating)).unwrap_or(f64::NEG_INFINITY)
    };
    match column {
        Col::Id => threats.sort_by_key(|threat| threat.id),
        Col::State => threats.sort_by_key(|threat| threat.standing(today)),
        Col::Treatment => threats.sort_by_key(|threat| threat.treatment),
        Col::Now | Col::Inherent | Col::Planned => {
            threats.sort_by(|a, b| number(a).total_cmp(&number(b)).then(b.id.cmp(&a.id)));
        }
        Col::Likelihood => threats
            .sort_by(|a, b| a.likelihood.unwrap_or_default().total_cmp(&b.likelihood.unwrap_or_default())),
        Col::Impact => {
            threats.sort_by(|a, b| a.impact.unwrap_or_default().total_cmp(&b.impact.unwrap_or_default()));
        }
        // What has no day comes after what has one.
        Col::Due => threats.sort_by_key(|threat| (threat.due.is_none(), threat.due)),
        Col::Controls => threats.sort_by_key(|t| register.row(t.id).map_or(0, |row| row.effects.len())),
        Col::Title | Col::Owner | Col::Stride | Col::Targets | Col::Zone | Col::Tags => {
            threats.sort_by_cached_key(|threat| {
                let text = cell(project, register, today, threat, column).to_lowercase();
                (text.is_empty(), text)
            });
        }
    }
}

fn heads(project: &Project, group: Group, today: Date, threat: &Threat) -> Vec<String> {
    let or = |names: Vec<String>, none: &str| if names.is_empty() { vec![none.to_owned()] } else { names };
    match group {
        Group::None => vec![String::new()],
        Group::Element => {
            or(threat.targets.iter().map(|t| project.name_of(ItemId::from(*t))).collect(), "Aimed at nothing")
        }
        Group::Stride => {
            or(threat.stride.iter().map(|stride| stride.label().to_owned()).collect(), "No category")
        }
        Group::Owner => {
            let owner = threat.owner.trim();
            or(Some(owner.to_owned()).filter(|owner| !owner.is_empty()).into_iter().collect(), "No owner")
        }
        Group::State => vec![threat.standing(today).label().to_owned()],
        Group::Zone => or(zones(project, threat), "In no zone"),
        Group::Treatment => vec![threat.treatment.label().to_owned()],
    }
}

/// The lines of the register. A threat with several targets or categories stands under each of them.
pub(super) fn list(project: &Project, register: &Register, query: &Query, today: Date) -> Vec<Line> {
    let mut threats: Vec<&Threat> =
        project.threats.iter().filter(|threat| matches(project, register, query, today, threat)).collect();
    let (column, falling) = query.sorted.unwrap_or((Col::Now, true));
    order(project, register, today, &mut threats, column);
    if falling {
        threats.reverse();
    }
    if query.group == Group::None {
        return threats.into_iter().map(|threat| Line::Threat(threat.id)).collect();
    }
    let mut groups: std::collections::BTreeMap<String, Vec<ThreatId>> = std::collections::BTreeMap::new();
    for threat in threats {
        for head in heads(project, query.group, today, threat) {
            groups.entry(head).or_default().push(threat.id);
        }
    }
    let mut lines = Vec::new();
    for (head, ids) in groups {
        let folded = query.folded.contains(&head);
        lines.push(Line::Head(head, ids.len()));
        if !folded {
            lines.extend(ids.into_iter().map(Line::Threat));
        }
    }
    lines
}

/// What is listed, as a table for other programs: a line for each threat, each once.
pub(super) fn csv(
    project: &Project,
    register: &Register,
    today: Date,
    lines: &[Line],
    columns: &[Col],
) -> Result<String, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(columns.iter().map(|column| column.label()))?;
    let mut told = BTreeSet::new();
    for line in lines {
        let Line::Threat(id) = line else { continue };
        let Some(threat) = project.threats.get(*id).filter(|_| told.insert(*id)) else { continue };
        out.write_record(columns.iter().map(|column| match column {
            Col::Due => threat.due.map_or_else(String::new, |due| due.to_string()),
            column => cell(project, register, today, threat, *column),
        }))?;
    }
    let bytes = out.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::analysis::paths::tests::system;
    use crate::analysis::risk::register;
    use crate::model::{Acceptance, ComponentId, ZoneId};

    const TODAY: Date = date(2026, 6, 1);

    fn model() -> Project {
        let mut project = system("C1 Agent@3, C2 Store@4", "F1 1>2");
        let mut add = |id: u32, title: &str, level: f64, change: &dyn Fn(&mut Threat)| {
            let mut threat = Threat {
                id: ThreatId(id),
                title: title.to_owned(),
                likelihood: Some(level),
                impact: Some(level),
                targets: vec![Target::Component(ComponentId(1))],
                ..Threat::default()
            };
            change(&mut threat);
            project.threats.insert(threat);
        };
        add(1, "Beta", 2.0, &|t| t.owner = "Kim".to_owned());
        add(2, "alpha", 4.0, &|t| {
            t.status = ThreatStatus::Mitigating;
            t.due = Some(date(2026, 5, 1));
            t.stride = [Stride::Spoofing, Stride::Tampering].into();
            t.tags = vec!["q1".to_owned()];
        });
        add(3, "gamma, again", 3.0, &|t| {
            t.targets = vec![Target::Component(ComponentId(1)), Target::Component(ComponentId(2))];
            t.treatment = Treatment::Transfer;
            t.due = Some(date(2026, 7, 1));
            t.impact = None;
        });
        project
    }

    fn ids(query: &Query) -> Vec<u32> {
        let project = model();
        let lines = list(&project, &register(&project), query, TODAY);
        lines
            .into_iter()
            .filter_map(|line| if let Line::Threat(ThreatId(id)) = line { Some(id) } else { None })
            .collect()
    }

    #[test]
    fn each_filter_lets_pass_what_it_names() {
        let check = |query: Query, wanted: &[u32]| assert_eq!(ids(&query), wanted, "{query:?}");
        check(Query::default(), &[2, 1, 3]);
        check(Query { words: "ALPHA".to_owned(), ..Query::default() }, &[2]);
        check(Query { words: "kim beta".to_owned(), ..Query::default() }, &[1]);
        check(Query { words: "kim alpha".to_owned(), ..Query::default() }, &[]);
        check(Query { states: [ThreatStatus::Open].into(), ..Query::default() }, &[1, 3]);
        check(Query { bands: [None].into(), ..Query::default() }, &[3]);
        check(Query { bands: [Some(Band::Critical), None].into(), ..Query::default() }, &[2, 3]);
        check(Query { stride: [Stride::Tampering].into(), ..Query::default() }, &[2]);
        check(Query { treatments: [Treatment::Transfer].into(), ..Query::default() }, &[3]);
        check(Query { owners: [String::new()].into(), ..Query::default() }, &[2, 3]);
        check(Query { tags: ["q1".to_owned()].into(), ..Query::default() }, &[2]);
        check(Query { element: Some(Target::Component(ComponentId(2))), ..Query::default() }, &[3]);
        check(Query { overdue: true, ..Query::default() }, &[2]);
        check(Query { gap: Some(Gap::NotRated), ..Query::default() }, &[3]);
    }

    #[test]
    fn each_column_orders() {
        for column in Col::ALL {
            let rising = ids(&Query { sorted: Some((column, false)), ..Query::default() });
            let mut falling = ids(&Query { sorted: Some((column, true)), ..Query::default() });
            falling.reverse();
            assert_eq!(rising, falling, "{}", column.label());
            assert_eq!(rising.len(), 3);
        }
        let by = |column| ids(&Query { sorted: Some((column, false)), ..Query::default() });
        assert_eq!(by(Col::Title), [2, 1, 3], "letters, not cases");
        assert_eq!(by(Col::Now), [3, 1, 2]);
        assert_eq!(by(Col::Due), [2, 3, 1], "no day comes last");
        assert_eq!(by(Col::Owner), [1, 2, 3], "nobody comes last");
    }

    #[test]
    fn an_acceptance_that_has_ended_leaves_its_threat_open() {
        let check = |expiry: Date, state: &str, overdue: bool| {
            let acceptance = Acceptance { expiry: Some(expiry), ..Acceptance::default() };
            let (status, treatment) = (ThreatStatus::Accepted, Treatment::Accept);
            let threat = Threat { status, treatment, acceptance: Some(acceptance), ..Threat::default() };
            let project = Project::new("shop");
            assert_eq!(cell(&project, &register(&project), TODAY, &threat, Col::State), state);
            assert_eq!(is_overdue(&threat, TODAY), overdue);
        };
        check(TODAY.yesterday().unwrap(), "Open", true);
        check(TODAY, "Accepted", false);
        check(TODAY.tomorrow().unwrap(), "Accepted", false);
    }

    #[test]
    fn groups_have_heads_and_fold() {
        let project = model();
        let register = register(&project);
        let told = |query: &Query| -> Vec<String> {
            list(&project, &register, query, TODAY)
                .into_iter()
                .map(|line| match line {
                    Line::Head(name, count) => format!("{name}: {count}"),
                    Line::Threat(id) => id.to_string(),
                })
                .collect()
        };
        let mut query = Query { group: Group::Element, ..Query::default() };
        assert_eq!(told(&query), ["part 1: 3", "T-002", "T-001", "T-003", "part 2: 1", "T-003"]);
        query.folded.insert("part 1".to_owned());
        assert_eq!(told(&query), ["part 1: 3", "part 2: 1", "T-003"]);
        for (group, wanted) in [
            (Group::Owner, ["Kim", "No owner"].as_slice()),
            (Group::State, &["Mitigating", "Open"]),
            (Group::Stride, &["No category", "Spoofing", "Tampering"]),
            (Group::Treatment, &["Not decided", "Transfer"]),
        ] {
            let lines = list(&project, &register, &Query { group, ..Query::default() }, TODAY);
            let heads: Vec<&str> = lines
                .iter()
                .filter_map(|line| if let Line::Head(name, _) = line { Some(name.as_str()) } else { None })
                .collect();
            assert_eq!(heads, wanted, "{group:?}");
        }
        let zone = project.name_of(ZoneId(5).into());
        assert!(told(&Query { group: Group::Zone, ..Query::default() }).contains(&format!("{zone}: 1")));
    }

    #[test]
    fn what_is_listed_goes_into_a_table_once_each() {
        let project = model();
        let register = register(&project);
        let query = Query { group: Group::Element, ..Query::default() };
        let lines = list(&project, &register, &query, TODAY);
        let table =
            csv(&project, &register, TODAY, &lines, &[Col::Id, Col::Title, Col::Now, Col::Due]).unwrap();
        assert_eq!(
            table,
            "Id,Threat,Now,Due\nT-002,alpha,8.0,2026-05-01\nT-001,Beta,4.0,\nT-003,\"gamma, again\",,2026-07-01\n"
        );
    }

    #[test]
    fn the_name_of_a_column_leads_back_to_it() {
        for column in Col::ALL {
            assert_eq!(Col::named(column.label()), Some(column));
        }
    }
}
