//! Putting simulations on record, without losing what decisions rest on.

use crate::edit::{Edit, Transaction};
use crate::model::{Evidence, EvidenceId, ItemId, Project};

/// Records simulations as evidence; their ids are given here. What was recorded stays, since decisions may rest on it: the
/// newest counts. Only the same measurement taken again, of the same policy on the same data, takes the place of the old
/// one, unless somebody named that.
pub fn record_evidence(project: &Project, evidence: Vec<Evidence>) -> Transaction {
    let first = project.next_evidence().0;
    let mut edits: Vec<Edit> = project
        .evidence
        .iter()
        .filter(|old| evidence.iter().any(|new| measures_the_same(old, new)) && !is_named(project, old.id))
        .map(|old| Edit::Evidence(old.id, None))
        .collect();
    let count = evidence.len();
    edits.extend(
        evidence
            .into_iter()
            .zip(first..)
            .map(|(evidence, number)| Edit::from(Evidence { id: EvidenceId(number), ..evidence })),
    );
    let name =
        if count == 1 { "Record evidence".to_owned() } else { format!("Record {count} pieces of evidence") };
    Transaction::new(name, edits)
}

fn measures_the_same(old: &Evidence, new: &Evidence) -> bool {
    let of = |one: &Evidence| (one.rule, one.control, one.trace.clone());
    let prints = |one: &Evidence| (one.policy_fingerprint.clone(), one.model_fingerprint.clone());
    of(old) == of(new) && prints(old) == prints(new)
}

/// Whether a decision, an approval, a note, a question or an assumption names it.
fn is_named(project: &Project, id: EvidenceId) -> bool {
    let item = ItemId::Evidence(id);
    let linked = (project.assumptions.iter().flat_map(|one| &one.links))
        .chain(project.questions.iter().flat_map(|one| &one.links))
        .chain(project.notes.iter().flat_map(|one| &one.links))
        .any(|link| *link == item);
    let name = id.to_string();
    let names =
        |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == name);
    linked
        || project.policies.iter().any(|policy| {
            let approved = policy.versions.iter().map(|version| &version.approved);
            policy.decisions.iter().chain(approved).any(|decision| names(&decision.text))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Control, ControlId, Decision, Note, NoteId, Policy, PolicyId, PolicyVersion, Rule, RuleId,
    };

    fn decided(text: &str) -> Decision {
        Decision { text: text.to_owned(), ..Decision::default() }
    }

    #[test]
    fn what_was_recorded_stays_unless_it_is_the_same_once_more() {
        let old = Evidence {
            id: EvidenceId(1),
            policy: Some(PolicyId(1)),
            rule: Some(RuleId(1)),
            control: Some(ControlId(1)),
            trace: "metrics.csv".to_owned(),
            policy_fingerprint: "print".to_owned(),
            ..Evidence::default()
        };
        let check = |change: fn(&mut Evidence), named: fn(&mut Project), kept: bool| {
            let mut project = Project::new("test");
            let rules = [1, 2].map(|id| Rule { id: RuleId(id), ..Rule::default() }).to_vec();
            project.policies.insert(Policy { id: PolicyId(1), rules, ..Policy::default() });
            project.controls.insert(Control { id: ControlId(1), ..Control::default() });
            Transaction::new("Add", vec![old.clone().into()]).apply(&mut project).unwrap();
            named(&mut project);
            let mut new = old.clone();
            change(&mut new);
            record_evidence(&project, vec![new.clone()]).apply(&mut project).unwrap();
            let ids: Vec<u32> = project.evidence.ids().map(|id| id.0).collect();
            assert_eq!(ids, if kept { vec![1, 2] } else { vec![2] }, "{new:?}");
            let second = Evidence { id: EvidenceId(2), ..new };
            assert_eq!(project.evidence.get(EvidenceId(2)), Some(&second));
        };
        check(|_| {}, |_| {}, false);
        check(|new| new.detected = 1, |_| {}, false);
        check(|new| new.policy_fingerprint = "another".to_owned(), |_| {}, true);
        check(|new| new.model_fingerprint = "another".to_owned(), |_| {}, true);
        check(|new| new.trace = "another.csv".to_owned(), |_| {}, true);
        check(|new| new.control = None, |_| {}, true);
        check(|new| new.rule = Some(RuleId(2)), |_| {}, true);
        let in_a_decision = |project: &mut Project| {
            let policy = project.policies.get_mut(PolicyId(1)).unwrap();
            policy.decisions.push(decided("Approved as version 2, simulated in E-01, E-02: earlier"));
        };
        check(|_| {}, in_a_decision, true);
        let in_a_version = |project: &mut Project| {
            let approved = decided("Approved as version 1, simulated in E-01");
            let version = PolicyVersion { approved, ..PolicyVersion::default() };
            project.policies.get_mut(PolicyId(1)).unwrap().versions.push(version);
        };
        check(|_| {}, in_a_version, true);
        let of_another = |project: &mut Project| {
            let policy = project.policies.get_mut(PolicyId(1)).unwrap();
            policy.decisions.push(decided("Simulated in E-011 and FE-01"));
        };
        check(|_| {}, of_another, false);
        let in_a_note = |project: &mut Project| {
            let links = vec![ItemId::Evidence(EvidenceId(1))];
            project.notes.insert(Note { id: NoteId(1), links, ..Note::default() });
        };
        check(|_| {}, in_a_note, true);
    }
}
