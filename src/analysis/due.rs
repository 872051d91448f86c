//! What of a model falls due on a day: its next review, acceptances that end, policies to look at again.

use jiff::civil::Date;

use crate::model::{ItemId, PolicyStatus, Project, Review, SignOffDecision, Treatment};

/// Something that somebody has to look at by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// By when.
    pub day: Date,
    /// What: "Review 2025 Q1", "Acceptance of T-03 ends".
    pub what: String,
    /// What is missing, or who is concerned: "1 signature missing", "accepted by R. Vega".
    pub detail: String,
    /// The thing itself; none is the model as a whole.
    pub item: Option<ItemId>,
}

/// Everything that falls due, the earliest first.
pub fn due(project: &Project) -> Vec<Due> {
    let mut all: Vec<Due> = review(project).into_iter().collect();
    for threat in project.threats.iter().filter(|threat| threat.treatment == Treatment::Accept) {
        let Some(acceptance) = &threat.acceptance else { continue };
        let Some(day) = acceptance.expiry else { continue };
        let detail = match acceptance.approver.trim() {
            "" => "accepted by nobody who is named".to_owned(),
            approver => format!("accepted by {approver}"),
        };
        let what = format!("Acceptance of {} ends", threat.id);
        all.push(Due { day, what, detail, item: Some(threat.id.into()) });
    }
    let standing = |status| !matches!(status, PolicyStatus::Draft | PolicyStatus::Retired);
    for policy in project.policies.iter().filter(|policy| standing(policy.status)) {
        let Some(day) = policy.review.next() else { continue };
        let detail = format!("a {} review", policy.review.frequency.label());
        all.push(Due { day, what: policy.name.clone(), detail, item: Some(policy.id.into()) });
    }
    all.sort_by(|a, b| (a.day, &a.item, &a.what).cmp(&(b.day, &b.item, &b.what)));
    all
}

/// The model's next review, and how far the one that is open has come.
fn review(project: &Project) -> Option<Due> {
    let day = project.review_due?;
    let Some(open) = project.reviews.iter().rfind(|review| review.snapshot.is_none()) else {
        let (what, detail) = ("Next review".to_owned(), "not started".to_owned());
        return Some(Due { day, what, detail, item: None });
    };
    Some(Due { day, what: named(open), detail: progress(open), item: Some(open.id.into()) })
}

fn named(review: &Review) -> String {
    match (review.name.trim(), review.period.trim()) {
        ("", "") => "Review".to_owned(),
        ("", period) => format!("Review {period}"),
        (name, _) => name.to_owned(),
    }
}

fn progress(review: &Review) -> String {
    let waiting = review.sign_offs.iter().filter(|sign| sign.decision == SignOffDecision::Waiting).count();
    match (review.sign_offs.len(), waiting) {
        (0, _) => "nobody signs yet".to_owned(),
        (_, 0) => "signed, not closed".to_owned(),
        (_, 1) => "1 signature missing".to_owned(),
        (_, waiting) => format!("{waiting} signatures missing"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::{
        Acceptance, Frequency, Policy, PolicyId, ReviewId, ReviewSchedule, SignOff, Threat, ThreatId,
    };

    fn said(project: &Project) -> Vec<String> {
        due(project).into_iter().map(|due| format!("{} {}, {}", due.day, due.what, due.detail)).collect()
    }

    #[test]
    fn reviews_acceptances_and_policies_fall_due_in_order() {
        let mut project = Project::new("shop");
        assert!(due(&project).is_empty());
        project.review_due = Some(date(2026, 6, 1));
        assert_eq!(said(&project), ["2026-06-01 Next review, not started"]);
        let acceptance = Acceptance {
            approver: "R. Vega".to_owned(),
            expiry: Some(date(2026, 5, 1)),
            ..Acceptance::default()
        };
        for (number, treatment) in [(1, Treatment::Accept), (2, Treatment::Mitigate)] {
            project.threats.insert(Threat {
                id: ThreatId(number),
                treatment,
                acceptance: Some(acceptance.clone()),
                ..Threat::default()
            });
        }
        for (number, status) in [(1, PolicyStatus::Active), (2, PolicyStatus::Draft)] {
            project.policies.insert(Policy {
                id: PolicyId(number),
                name: "Production".to_owned(),
                status,
                review: ReviewSchedule {
                    frequency: Frequency::Monthly,
                    last: Some(date(2026, 6, 30)),
                    ..ReviewSchedule::default()
                },
                ..Policy::default()
            });
        }
        let waiting = SignOff { name: "Ada".to_owned(), ..SignOff::default() };
        project.reviews.insert(Review {
            id: ReviewId(1),
            period: "2026 Q2".to_owned(),
            sign_offs: vec![waiting],
            ..Review::default()
        });
        assert_eq!(
            said(&project),
            [
                "2026-05-01 Acceptance of T-001 ends, accepted by R. Vega",
                "2026-06-01 Review 2026 Q2, 1 signature missing",
                "2026-07-30 Production, a monthly review",
            ]
        );
    }
}
