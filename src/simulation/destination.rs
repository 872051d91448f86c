//! Destinations: what a communication condition names, and whether somebody is meant by it.

use std::net::{IpAddr, SocketAddr};

use crate::model::NamedGroup;

/// Whether one of the names means that destination. An address range that cannot be read is an error: nobody can say
/// whom it means.
pub(crate) fn matches(names: &[String], destination: &str, groups: &[NamedGroup]) -> Result<bool, String> {
    let mut found = false;
    for name in names {
        let members = groups.iter().filter(|group| group.name == *name).flat_map(|group| &group.members);
        for pattern in std::iter::once(name).chain(members) {
            found |= matches_one(pattern.trim(), destination)?;
        }
    }
    Ok(found)
}

/// What is wrong with a destination that can never be evaluated; none for all others.
pub(crate) fn malformed(pattern: &str) -> Option<String> {
    range(pattern.trim()).err()
}

/// `*`, an exact name, `*.suffix`, or an address range.
fn matches_one(pattern: &str, destination: &str) -> Result<bool, String> {
    if pattern == "*" || pattern == destination {
        return Ok(true);
    }
    if let Some(suffix) = pattern.strip_prefix('*').filter(|suffix| suffix.starts_with('.')) {
        let host = host_of(destination);
        let cut = host.len().checked_sub(suffix.len()).filter(|cut| *cut > 0);
        return Ok(cut.and_then(|cut| host.get(cut..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix)));
    }
    match range(pattern)? {
        Some((network, bits)) => {
            Ok(address(destination).is_some_and(|address| in_range(address, network, bits)))
        }
        None => Ok(false),
    }
}

/// A destination without its port.
fn host_of(destination: &str) -> &str {
    match destination.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => destination,
    }
}

fn address(destination: &str) -> Option<IpAddr> {
    let address = destination.parse::<IpAddr>().ok();
    address
        .or_else(|| destination.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

/// `10.0.0.0/8`; none if the pattern is no address range at all.
fn range(pattern: &str) -> Result<Option<(IpAddr, u32)>, String> {
    let Some((network, bits)) = pattern.split_once('/') else { return Ok(None) };
    let Ok(network) = network.parse::<IpAddr>() else { return Ok(None) };
    let most = if network.is_ipv4() { 32 } else { 128 };
    match bits.parse::<u32>() {
        Ok(bits) if bits <= most => Ok(Some((network, bits))),
        _ => Err(format!("{pattern} is not an address range")),
    }
}

fn in_range(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or_default();
            u32::from(address) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or_default();
            u128::from(address) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let groups = [NamedGroup {
            name: "approved_apis".to_owned(),
            members: vec!["external_api".to_owned(), "*.vendor.example".to_owned()],
            ..NamedGroup::default()
        }];
        let check = |pattern: &str, destination: &str, expected: bool| {
            assert_eq!(
                matches(&[pattern.to_owned()], destination, &groups),
                Ok(expected),
                "{pattern} {destination}"
            );
        };
        check("*", "anybody", true);
        check("external_api", "external_api", true);
        check("external_api", "External_API", false);
        check("approved_apis", "external_api", true);
        check("approved_apis", "approved_apis", true);
        check("approved_apis", "a.vendor.example", true);
        check("*.vendor.example", "a.b.vendor.example:443", true);
        check("*.vendor.example", "vendor.example", false);
        check("*.vendor.example", ".vendor.example", false);
        check("*.vendor.example", "evilvendor.example", false);
        check("10.0.0.0/8", "10.200.3.4", true);
        check("10.0.0.0/8", "10.200.3.4:8080", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("0.0.0.0/0", "203.0.113.77", true);
        check("2001:db8::/32", "2001:db8:5::1", true);
        check("2001:db8::/32", "10.0.0.1", false);
        check("10.0.0.0/8", "::ffff:10.1.2.3", true);
        check("some/path", "some/path", true);
        assert!(matches(&["10.0.0.0/33".to_owned()], "10.0.0.1", &groups).is_err());
    }
}
