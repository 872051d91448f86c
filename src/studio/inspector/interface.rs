//! The fields of an interface.

use egui::Ui;

use crate::catalog::ElementKind;
use crate::edit::verbs;
use crate::model::{Authentication, Encryption, Interface, InterfaceId};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Field, property};

use super::{attributes, parts};

/// Protocols to choose from.
const PROTOCOLS: [&str; 16] = [
    "HTTPS",
    "HTTP",
    "gRPC",
    "WebSocket",
    "MCP",
    "A2A",
    "GraphQL",
    "PostgreSQL",
    "MySQL",
    "Redis",
    "AMQP",
    "Kafka",
    "SMTP",
    "SSH",
    "stdio",
    "Spoken word",
];

/// Shows the fields.
pub(super) fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut super::State, id: InterfaceId) {
    let project = cx.project();
    let Some(interface) = project.diagram.interface(id) else { return };
    let change = |field: &'static str, set: &dyn Fn(&mut Interface)| {
        verbs::change_interface(project, id, field, |interface| set(interface))
    };

    property(ui, "From", |ui| {
        if let Some(from) = parts::component_picker(ui, cx, "From", interface.from) {
            cx.commit(verbs::reconnect(project, id, Some(from), interface.to));
        }
    });
    property(ui, "To", |ui| {
        if let Some(to) = parts::component_picker(ui, cx, "To", interface.to) {
            cx.commit(verbs::reconnect(project, id, interface.from, Some(to)));
        }
    });
    property(ui, "Direction", |ui| {
        let width = ui.available_width();
        let label = |both: bool| if both { "Both ways".to_owned() } else { "One way".to_owned() };
        if let Some(both) =
            widgets::choose(ui, "Direction", interface.both_ways, &[false, true], width, label)
        {
            cx.commit(change("both_ways", &|i| i.both_ways = both));
        }
    });
    property(ui, "Protocol", |ui| {
        ui.horizontal_top(|ui| {
            let width = ui.available_width() - 70.0;
            let mut text = interface.protocol.clone();
            let field = widgets::Field::new("Protocol").hint("HTTPS").width(width);
            let response = widgets::field_with_list(ui, field, "Choose protocol", &PROTOCOLS, &mut text);
            if response.changed() {
                cx.commit(change("protocol", &|i| i.protocol.clone_from(&text)));
            }
            cx.seal_when_left(&response);
            ui.vertical(|ui| {
                let field = Field::new("Port").hint("Port").width(64.0);
                let show = |port: &Option<u16>| port.map(|port| port.to_string()).unwrap_or_default();
                if let Some(port) = widgets::number_field(ui, field, &interface.port, show, parse_port) {
                    cx.commit(change("port", &|i| i.port = port));
                }
            });
        });
    });
    property(ui, "Encryption", |ui| {
        let width = ui.available_width();
        let label = |encryption: Encryption| encryption.label().to_owned();
        let picked =
            widgets::choose_known(ui, "Encryption", interface.encryption, Encryption::ALL, width, label);
        if let Some(encryption) = picked {
            cx.commit(change("encryption", &|i| i.encryption = encryption));
        }
    });
    property(ui, "Authentication", |ui| {
        let width = ui.available_width();
        let label = |authentication: Authentication| authentication.label().to_owned();
        let picked = widgets::choose_known(
            ui,
            "Authentication",
            interface.authentication,
            Authentication::ALL,
            width,
            label,
        );
        if let Some(authentication) = picked {
            cx.commit(change("authentication", &|i| i.authentication = authentication));
        }
    });
    parts::assets(ui, cx, "Carries", &interface.assets, |assets| {
        change("assets", &|i| i.assets.clone_from(&assets))
    });
    parts::paragraph(ui, cx, "Purpose", "What it is for, in a sentence", &interface.description, |text| {
        change("description", &|i| i.description.clone_from(&text))
    });
    parts::text(ui, cx, "Own name", "The ends name it", &interface.name, |text| {
        change("name", &|i| i.name.clone_from(&text))
    });
    property(ui, "Order", |ui| {
        let field = Field::new("Order").hint("Its number in the order of events").width(96.0);
        let show = |order: &u32| if *order == 0 { String::new() } else { order.to_string() };
        if let Some(order) = widgets::number_field(ui, field, &interface.order, show, parse_order) {
            cx.commit(change("order", &|i| i.order = order));
        }
    });
    parts::tags(ui, cx, &interface.tags, |tags| change("tags", &|i| i.tags.clone_from(&tags)));
    parts::scope(
        ui,
        cx,
        interface.out_of_scope,
        &interface.out_of_scope_reason,
        |out| change("out_of_scope", &|i| i.out_of_scope = out),
        |text| change("out_of_scope_reason", &|i| i.out_of_scope_reason.clone_from(&text)),
        &mut state.reason_wanted,
    );
    let known = attributes::Known { attributes: &interface.attributes, assumed: &interface.assumed };
    attributes::show(ui, cx, &mut state.attribute_search, id.into(), ElementKind::Flow, known);
}

fn parse_port(text: &str) -> Result<Option<u16>, String> {
    match text.trim() {
        "" => Ok(None),
        digits => match digits.parse::<u16>() {
            Ok(0) | Err(_) => Err("A port is a whole number from 1 to 65535.".to_owned()),
            Ok(port) => Ok(Some(port)),
        },
    }
}

fn parse_order(text: &str) -> Result<u32, String> {
    match text.trim() {
        "" => Ok(0),
        digits => digits.parse().map_err(|_| "A whole number, or nothing.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_checked_as_they_are_typed() {
        for (text, expected) in [
            ("", Ok(None)),
            (" 443 ", Ok(Some(443))),
            ("65535", Ok(Some(65535))),
            ("0", Err(())),
            ("99999", Err(())),
            ("x", Err(())),
        ] {
            assert_eq!(parse_port(text).map_err(|_| ()), expected, "{text:?}");
        }
    }
}
