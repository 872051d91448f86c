//! The grid itself: colourings to begin with, and whether a colouring can be trusted (Cox, "What's wrong with risk
//! matrices?", 2008).
//!
//! A cell holds every risk between its corners, on the log scale the sums of likelihood and impact. The lowest levels are
//! open downwards and the highest upwards: "rare" is also what never happens. From this follow the three conditions:
//!
//! - *weak consistency*: no risk in a cell of the worst band is smaller than one in a cell of the least band. So no cell at
//!   the left or bottom edge may have the worst band, and none at the top or right edge the least;
//! - *betweenness*: a small rise of likelihood and impact does not jump from the least band to the worst; so those two never
//!   touch from below left to above right, and there is a band between them;
//! - *consistent colouring*: cells of the same risks have the same band, and greater risks never a lower one.

use crate::model::{Band, Method, Scheme};

/// One of Cox's conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// The worst band holds no risk smaller than one in the least band.
    WeakConsistency,
    /// The least and the worst band are never neighbours.
    Betweenness,
    /// The same risk has the same band.
    ConsistentColouring,
}

impl Condition {
    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::WeakConsistency => "Weak consistency",
            Self::Betweenness => "Betweenness",
            Self::ConsistentColouring => "Consistent colouring",
        }
    }
}

/// Where a grid breaks a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridFault {
    /// Which condition.
    pub condition: Condition,
    /// The cells that break it: likelihood and impact level, from 1.
    pub cells: Vec<(usize, usize)>,
    /// What is wrong, in a sentence.
    pub what: String,
}

/// Where the grid of a method breaks Cox's conditions. Bands by the score follow lines of equal risk and break none.
pub fn grid_faults(method: &Method) -> Vec<GridFault> {
    if method.scheme == Scheme::Score { Vec::new() } else { faults(&method.grid()) }
}

fn faults(grid: &[Vec<Band>]) -> Vec<GridFault> {
    let levels = grid.len();
    let cells: Vec<Cell> = (1..)
        .zip(grid)
        .flat_map(|(likelihood, row)| {
            (1..).zip(row).map(move |(impact, band)| Cell { likelihood, impact, band: *band })
        })
        .collect();
    let (Some(least), Some(worst)) =
        (cells.iter().map(|cell| cell.band).min(), cells.iter().map(|cell| cell.band).max())
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if least == worst {
        let what = format!("Every cell is {}: the grid tells nothing apart.", low(least));
        found.push(GridFault { condition: Condition::Betweenness, cells: Vec::new(), what });
        return found;
    }
    let of = |band: Band| cells.iter().copied().filter(move |cell| cell.band == band);
    let (lowest, highest): (Vec<Cell>, Vec<Cell>) = (of(least).collect(), of(worst).collect());
    weak_consistency(&mut found, &lowest, &highest, levels);
    betweenness(&mut found, &cells, least, worst);
    colouring(&mut found, &cells);
    found
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    likelihood: usize,
    impact: usize,
    band: Band,
}

impl Cell {
    fn place(self) -> (usize, usize) {
        (self.likelihood, self.impact)
    }

    /// Which risks it holds, in steps of its diagonal.
    fn sum(self) -> usize {
        self.likelihood + self.impact
    }

    fn is_open_below(self) -> bool {
        self.likelihood == 1 || self.impact == 1
    }

    fn is_open_above(self, levels: usize) -> bool {
        self.likelihood == levels || self.impact == levels
    }
}

fn weak_consistency(found: &mut Vec<GridFault>, least: &[Cell], worst: &[Cell], levels: usize) {
    let condition = Condition::WeakConsistency;
    let words = |cells: &[(usize, usize)]| cells_words(cells);
    let mut at_the_edge = |cells: &[Cell], is_open: &dyn Fn(&Cell) -> bool, edge: &str, though: &str| {
        let open: Vec<_> = cells.iter().filter(|cell| is_open(cell)).map(|cell| cell.place()).collect();
        if let (Some(band), false) = (cells.first().map(|cell| cell.band), open.is_empty()) {
            let what =
                format!("{} at the {edge} edge {} {}, though {though}.", words(&open), are(&open), low(band));
            found.push(GridFault { condition, cells: open, what });
        }
    };
    let smallest = "the lowest levels hold the smallest risks of all";
    at_the_edge(worst, &|cell| cell.is_open_below(), "left or bottom", smallest);
    let endless = "the highest levels have no upper end";
    at_the_edge(least, &|cell| cell.is_open_above(levels), "top or right", endless);
    // Inside, a worst cell must begin where every least one ends: two diagonals up.
    let highest = least.iter().map(|cell| cell.sum()).max().unwrap_or(0);
    let overlapping: Vec<_> =
        worst.iter().filter(|cell| cell.sum() < highest + 2).map(|cell| cell.place()).collect();
    if let (Some(top), Some(bottom), false) = (worst.first(), least.first(), overlapping.is_empty()) {
        let beside: Vec<_> =
            least.iter().filter(|cell| cell.sum() == highest).map(|cell| cell.place()).collect();
        let what = format!(
            "{} {} {}, yet some risks there are as small as some in {}, which {} {}.",
            words(&overlapping),
            are(&overlapping),
            low(top.band),
            words(&beside).to_lowercase(),
            are(&beside),
            low(bottom.band)
        );
        found.push(GridFault { condition, cells: overlapping.into_iter().chain(beside).collect(), what });
    }
}

fn betweenness(found: &mut Vec<GridFault>, cells: &[Cell], least: Band, worst: Band) {
    let mut touching = Vec::new();
    for lower in cells.iter().filter(|cell| cell.band == least) {
        for upper in cells.iter().filter(|cell| cell.band == worst) {
            let up = |from: usize, to: usize| to == from || to == from + 1;
            if up(lower.likelihood, upper.likelihood) && up(lower.impact, upper.impact) {
                touching.extend([lower.place(), upper.place()]);
            }
        }
    }
    touching.sort_unstable();
    touching.dedup();
    if !touching.is_empty() {
        let what = format!(
            "In {} a small rise jumps from {} to {} with nothing between.",
            cells_words(&touching).to_lowercase(),
            low(least),
            low(worst)
        );
        found.push(GridFault { condition: Condition::Betweenness, cells: touching, what });
    }
}

fn colouring(found: &mut Vec<GridFault>, cells: &[Cell]) {
    let condition = Condition::ConsistentColouring;
    let last = cells.iter().map(|cell| cell.sum()).max().unwrap_or(0);
    for sum in 2..=last {
        let same: Vec<&Cell> = cells.iter().filter(|cell| cell.sum() == sum).collect();
        let bands: std::collections::BTreeSet<Band> = same.iter().map(|cell| cell.band).collect();
        if bands.len() > 1 {
            let places: Vec<_> = same.iter().map(|cell| cell.place()).collect();
            let bands: Vec<String> = bands.into_iter().map(low).collect();
            let what =
                format!("{} hold the same risks but are {}.", cells_words(&places), bands.join(" and "));
            found.push(GridFault { condition, cells: places, what });
        }
    }
    let mut turned = Vec::new();
    for cell in cells {
        let lower = |other: &&Cell| other.sum() > cell.sum() && other.band < cell.band;
        for other in cells.iter().filter(lower) {
            turned.extend([cell.place(), other.place()]);
        }
    }
    turned.sort_unstable();
    turned.dedup();
    if !turned.is_empty() {
        let what = format!("Among {} a greater risk has a lower band.", cells_words(&turned).to_lowercase());
        found.push(GridFault { condition, cells: turned, what });
    }
}

fn are(cells: &[(usize, usize)]) -> &'static str {
    if cells.len() == 1 { "is" } else { "are" }
}

fn low(band: Band) -> String {
    band.label().to_lowercase()
}

/// "Cell 2 × 5", "Cells 1 × 5, 2 × 4 and 3 more".
fn cells_words(cells: &[(usize, usize)]) -> String {
    let named: Vec<String> = cells.iter().take(4).map(|(row, column)| format!("{row} × {column}")).collect();
    let noun = if cells.len() == 1 { "Cell" } else { "Cells" };
    match cells.len().saturating_sub(named.len()) {
        0 => format!("{noun} {}", named.join(", ")),
        more => format!("{noun} {} and {more} more", named.join(", ")),
    }
}

/// A colouring to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenGrid {
    /// The band of the score in the middle of each cell; a grid of three goes by the product of its levels.
    ByScore,
    /// The product of the levels: 1–4 low, 5–9 medium, 10–15 high, 16–25 critical.
    Product,
    /// Rows in the style of ISO/IEC 27005, from the sum of the levels.
    Iso,
}

impl GivenGrid {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::ByScore, Self::Product, Self::Iso];

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ByScore => "As the score says",
            Self::Product => "Product of the levels",
            Self::Iso => "ISO/IEC 27005 style",
        }
    }

    /// Its cells for a grid of that many levels; empty for those that follow the score.
    pub fn cells(self, levels: usize) -> Vec<Vec<Band>> {
        let row = |likelihood: usize| {
            (1..=levels).map(|impact| self.band(levels, likelihood, impact)).collect::<Option<Vec<Band>>>()
        };
        (1..=levels).map(row).collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    fn band(self, levels: usize, likelihood: usize, impact: usize) -> Option<Band> {
        let product = likelihood * impact;
        Some(match (self, levels) {
            (Self::ByScore, _) => return None,
            (_, 3) => return None,
            (Self::Product, _) => match product {
                ..=4 => Band::Low,
                5..=9 => Band::Medium,
                10..=15 => Band::High,
                _ => Band::Critical,
            },
            // 00111 / 01122 / 11233 / 12334 / 23344, as ciso-assistant has it.
            (Self::Iso, _) => {
                const ROWS: [[usize; 5]; 5] =
                    [[0, 0, 1, 1, 1], [0, 1, 1, 2, 2], [1, 1, 2, 3, 3], [1, 2, 3, 3, 4], [2, 3, 3, 4, 4]];
                let step = ROWS.get(likelihood - 1)?.get(impact - 1)?;
                *Band::ALL.get(*step)?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid drawn as on the wall: the highest likelihood on top; `.` very low, l, m, h, c.
    fn grid(drawn: &[&str]) -> Vec<Vec<Band>> {
        let band = |letter| match letter {
            '.' => Band::VeryLow,
            'l' => Band::Low,
            'm' => Band::Medium,
            'h' => Band::High,
            _ => Band::Critical,
        };
        drawn.iter().rev().map(|row| row.chars().map(band).collect()).collect()
    }

    #[track_caller]
    fn check(drawn: &[&str], broken: &[Condition]) {
        let mut found: Vec<Condition> =
            faults(&grid(drawn)).into_iter().map(|fault| fault.condition).collect();
        found.dedup();
        assert_eq!(found, broken, "{:#?}", faults(&grid(drawn)));
    }

    #[test]
    fn conditions_are_broken_where_cox_says() {
        use Condition::{Betweenness, ConsistentColouring, WeakConsistency};
        check(&["mhc", "lmh", "llm"], &[]);
        check(&["lmhcc", "lmmhc", "llmmh", "lllmm", "lllll"], &[WeakConsistency, ConsistentColouring]);
        // The worst band at the bottom edge.
        check(&["mcc", "mmc", "lmc"], &[WeakConsistency, ConsistentColouring]);
        // Least and worst side by side.
        check(&["mhc", "mlc", "lmm"], &[WeakConsistency, Betweenness, ConsistentColouring]);
        // Only at a corner: from 2 × 2 to 3 × 3.
        check(&["mmc", "mlm", "lmm"], &[Betweenness, ConsistentColouring]);
        // The same sum, other bands.
        check(&["mhc", "mmh", "llm"], &[ConsistentColouring]);
        check(&["lll", "lll", "lll"], &[Betweenness]);
        check(&[], &[]);
    }

    #[test]
    fn the_given_grids_say_what_they_are_worth() {
        let with = |scheme, cells: Vec<Vec<Band>>| {
            let (cells, three_cells) =
                if scheme == Scheme::Three { (Vec::new(), cells) } else { (cells, Vec::new()) };
            grid_faults(&Method { scheme, cells, three_cells, ..Method::default() })
        };
        assert_eq!(with(Scheme::Score, Vec::new()), []);
        assert_eq!(with(Scheme::Owasp, Vec::new()), []);
        for scheme in [Scheme::Five, Scheme::Three] {
            assert_eq!(with(scheme, GivenGrid::ByScore.cells(5)), [], "{scheme}");
        }
        // 1 × 4 and 2 × 3 have the same sum, and products of 4 and 6: low and medium.
        let product = with(Scheme::Five, GivenGrid::Product.cells(5));
        assert!(
            product
                .iter()
                .any(|fault| fault.condition == Condition::ConsistentColouring
                    && fault.cells.contains(&(2, 3)))
        );
        let three = Method { scheme: Scheme::Three, ..Method::default() }.grid();
        assert_eq!(three[2], [Band::Medium, Band::High, Band::Critical]);
        assert_eq!(three[0], [Band::Low, Band::Medium, Band::Medium]);
        assert_eq!(
            GivenGrid::Iso.cells(5)[0],
            [Band::VeryLow, Band::VeryLow, Band::Low, Band::Low, Band::Low]
        );
    }
}
