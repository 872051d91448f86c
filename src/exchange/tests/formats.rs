//! What becomes of each part of each format, on fixtures of our own.

use super::{check_sound, counts, fixture, read};
use crate::exchange::{Format, Imported};
use crate::model::*;

fn place(imported: &Imported, view: u32, item: impl Into<ItemId>) -> Place {
    imported.project.views.get(ViewId(view)).unwrap().places.get(&item.into()).cloned().unwrap()
}

/// The losses as "place: what", to be named in full.
fn lost(imported: &Imported) -> Vec<String> {
    imported.losses.iter().map(|loss| format!("{}: {}", loss.place, loss.what)).collect()
}

#[test]
fn threat_dragon_2() {
    let imported = read(&fixture("bakery.v2.json"), "bakery.v2.json");
    check_sound(&imported);
    let project = &imported.project;
    assert_eq!((imported.format, counts(project)), (Format::ThreatDragon, [4, 3, 3, 4, 4, 2, 0, 1, 2]));
    assert_eq!((project.name.as_str(), project.owner.as_str()), ("Bakery orders", "Night shift"));
    assert_eq!(project.contributors, ["Ines", "Piet"]);

    let [house, back_room] = [1, 2].map(|id| project.diagram.zones.get(ZoneId(id)).unwrap());
    assert_eq!((house.name.as_str(), house.parent, back_room.parent), ("House", None, Some(house.id)));
    let component = |id| project.diagram.component(ComponentId(id)).unwrap();
    let [customer, till, ledger, scale] = [1, 2, 3, 4].map(component);
    assert_eq!(
        (customer.name.as_str(), customer.kind, customer.zone),
        ("Cust omer", ComponentKind::External, None)
    );
    assert_eq!((customer.out_of_scope, customer.out_of_scope_reason.as_str()), (true, "not ours"));
    assert_eq!((till.zone, ledger.zone, scale.zone), (Some(house.id), Some(back_room.id), None));
    assert_eq!(till.attributes.yes("web_facing"), Some(true));
    assert_eq!(
        (ledger.attributes.yes("stores_logs"), ledger.attributes.yes("encrypted_at_rest")),
        (Some(true), None)
    );
    assert!(project.views.iter().all(|view| view.only_placed));
    assert_eq!(project.views.get(ViewId(2)).unwrap().name, "Diagram 2");

    let interface = |id| project.diagram.interface(InterfaceId(id)).unwrap();
    let [booking, outside, into_house] = [1, 2, 3].map(interface);
    assert_eq!(
        (booking.name.as_str(), booking.both_ways, booking.encryption),
        ("booking", true, Some(Encryption::Tls))
    );
    assert_eq!((booking.from, booking.to), (Some(till.id), Some(ledger.id)));
    assert_eq!((outside.from, outside.to, outside.encryption), (None, Some(till.id), None));
    assert_eq!((into_house.from, into_house.to), (Some(customer.id), None));
    assert_eq!(place(&imported, 1, booking.id).points, [(250.0, 120.0)]);
    assert_eq!(place(&imported, 1, outside.id).points, [(800.0, 300.0)]);
    assert_eq!(place(&imported, 1, LineId(1)).points, [(10.0, 500.0), (300.0, 450.0), (700.0, 510.0)]);
    assert_eq!(
        place(&imported, 1, till.id),
        Place { x: 60.0, y: 100.0, w: 100.0, h: 100.0, ..Place::default() }
    );
    assert_eq!(project.notes.get(NoteId(1)).unwrap().text, "Open from six\nSundays closed");

    let threat = |id| project.threats.get(ThreatId(id)).unwrap();
    let [fake, many, linkable, read_on_the_way] = [1, 2, 3, 4].map(threat);
    assert_eq!(
        (fake.first_stride(), fake.impact, fake.likelihood),
        (Some(Stride::Spoofing), Some(4.0), None)
    );
    assert_eq!(
        (fake.status, fake.treatment, fake.foreign_score.as_str()),
        (ThreatStatus::Mitigated, Treatment::Mitigate, "7.5")
    );
    assert_eq!((many.impact, many.foreign_score.as_str(), many.status), (None, "4", ThreatStatus::Open));
    assert_eq!(
        (linkable.title.as_str(), linkable.status),
        ("Linkability without a title", ThreatStatus::NotApplicable)
    );
    assert_eq!((linkable.first_stride(), linkable.tags.as_slice()), (None, &["Linkability".to_owned()][..]));
    assert_eq!(
        (read_on_the_way.targets.as_slice(), read_on_the_way.status),
        (&[Target::Interface(booking.id)][..], ThreatStatus::Accepted)
    );
    let [code_word, nothing] = [1, 2].map(|id| project.controls.get(ControlId(id)).unwrap());
    assert_eq!(
        (code_word.name.as_str(), code_word.status),
        ("Ask for a code word", ControlStatus::Implemented)
    );
    assert_eq!(
        (nothing.threats.as_slice(), nothing.status),
        (&[read_on_the_way.id][..], ControlStatus::Proposed)
    );

    let origin = till.origin.as_ref().unwrap();
    assert_eq!((origin.format.as_str(), origin.id.as_str()), ("threat-dragon", "e-till"));
    assert!(origin.keys["data"].contains("handlesCardPayment") && origin.keys.contains_key("ports"));
    assert_eq!(
        lost(&imported),
        [
            "diagram Shop: a cell of the kind cloud",
            "threat Linkability without a title: its category Linkability",
            "element Till: a threat",
            "flow into the house: its target at House",
            "diagram Diagram 2: its method LINDDUN",
            "details of the model: the key reviewer",
            "diagram Shop: the key ovenModel",
            "element Till: the key handlesCardPayment",
            "element Till: the key privilegeLevel",
            "flow booking: the key isPublicNetwork",
        ]
    );
}

#[test]
fn threat_dragon_1() {
    let imported = read(&fixture("bakery.v1.json"), "bakery.v1.json");
    check_sound(&imported);
    let project = &imported.project;
    assert_eq!(counts(project), [2, 1, 1, 1, 1, 1, 0, 0, 2]);
    let mixer = project.diagram.component(ComponentId(1)).unwrap();
    assert_eq!((mixer.name.as_str(), mixer.kind, mixer.zone), ("Dough mixer", ComponentKind::Process, None));
    let recipe = project.diagram.interface(InterfaceId(1)).unwrap();
    assert_eq!(
        (recipe.name.as_str(), recipe.from, recipe.to),
        ("recipe", Some(ComponentId(2)), Some(mixer.id))
    );
    let threat = project.threats.get(ThreatId(1)).unwrap();
    assert_eq!((threat.targets.as_slice(), threat.impact), (&[Target::Component(mixer.id)][..], Some(3.0)));
    assert_eq!(place(&imported, 1, LineId(1)).points.len(), 3);
    assert_eq!(lost(&imported), ["threat Wrong recipe: the key ruleId"]);
}

#[test]
fn open_threat_model() {
    let imported = read(&fixture("bakery.otm.yaml"), "bakery.otm.yaml");
    check_sound(&imported);
    let project = &imported.project;
    assert_eq!((imported.format, counts(project)), (Format::OpenThreatModel, [3, 3, 3, 2, 2, 2, 1, 0, 1]));
    let zone = |id| project.diagram.zones.get(ZoneId(id)).unwrap();
    let [cellar, house, street] = [1, 2, 3].map(zone);
    assert_eq!((cellar.name.as_str(), cellar.parent, cellar.trust), ("Cellar", Some(house.id), 3));
    assert_eq!((house.trust, street.trust), (2, 2));
    let component = |id| project.diagram.component(ComponentId(id)).unwrap();
    let [shelf, oven, guest] = [1, 2, 3].map(component);
    assert_eq!(
        (shelf.name.as_str(), shelf.kind, shelf.zone),
        ("Shelf", ComponentKind::Store, Some(cellar.id))
    );
    assert_eq!(
        (oven.technology.as_str(), oven.kind, oven.tags.as_slice()),
        ("steel-oven", ComponentKind::Process, &["hot".to_owned()][..])
    );
    assert_eq!((guest.kind, guest.zone), (ComponentKind::External, Some(street.id)));
    assert_eq!(
        place(&imported, 1, cellar.id),
        Place { x: 120.0, y: 130.0, w: 200.0, h: 150.0, ..Place::default() }
    );
    assert_eq!(
        place(&imported, 1, shelf.id),
        Place { x: 135.0, y: 156.0, w: 10.0, h: 10.0, ..Place::default() }
    );

    let recipes = project.assets.get(AssetId(1)).unwrap();
    assert_eq!(
        (recipes.confidentiality, recipes.integrity, recipes.availability),
        (Some(5), Some(4), Some(1))
    );
    assert_eq!(
        (recipes.sensitivity, recipes.stored_in.as_slice()),
        (Sensitivity::Restricted, &[shelf.id][..])
    );
    let interface = |id| project.diagram.interface(InterfaceId(id)).unwrap();
    let [order, delivery, gone] = [1, 2, 3].map(interface);
    assert_eq!((order.both_ways, order.assets.as_slice()), (true, &[recipes.id][..]));
    assert_eq!((delivery.from, delivery.to, gone.to), (None, Some(oven.id), None));

    let burnt = project.threats.get(ThreatId(1)).unwrap();
    assert_eq!((burnt.likelihood, burnt.impact, burnt.rationale.as_str()), (Some(3.0), None, "often"));
    assert_eq!((burnt.status, burnt.targets.len()), (ThreatStatus::Open, 2));
    assert_eq!(
        (burnt.tags.as_slice(), burnt.references[0].id.as_str()),
        (&["fire".to_owned(), "Arson".to_owned()][..], "CWE-79")
    );
    assert!(burnt.origin.as_ref().unwrap().keys["applications"].contains("\"F-01\""));
    let [thermometer, baker] = [1, 2].map(|id| project.controls.get(ControlId(id)).unwrap());
    assert_eq!((thermometer.effectiveness, thermometer.status), (Some(0.6), ControlStatus::Partial));
    assert_eq!((baker.status, baker.threats.as_slice()), (ControlStatus::Proposed, &[burnt.id][..]));
    assert_eq!(
        lost(&imported),
        [
            "component Oven: the threat nothing",
            "component Shelf: the component that it is inside of",
            "component Shelf: the asset bread",
            "dataflow Delivery: its source, the trust zone Street",
            "dataflow Gone: its destination 99",
            "threat Burnt bread: different states at its targets",
            "mitigation Thermometer: different states at its targets",
            "component Oven: the key attributes",
            "mitigation Second baker: the key vendor",
            "project Bakery: the key ownerContact",
        ]
    );
}

#[test]
fn rings_of_parents_are_opened() {
    let imported = read(
        r#"{"otmVersion": "0.1.0", "project": {"name": "ring", "id": "r"},
            "trustZones": [{"id": "a", "name": "A", "parent": {"trustZone": "b"}}, {"id": "b", "name": "B", "parent": {"trustZone": "a"}},
                           {"id": "c", "name": "C", "parent": {"trustZone": "c"}}],
            "components": [{"id": "x", "name": "X", "parent": {"component": "y"}}, {"id": "y", "name": "Y", "parent": {"component": "x"}}],
            "dataflows": null}"#,
        "ring.otm",
    );
    check_sound(&imported);
    assert_eq!(counts(&imported.project)[..3], [2, 0, 3]);
    assert!(lost(&imported).iter().any(|loss| loss.contains("its parent")), "{:?}", imported.losses);
}
