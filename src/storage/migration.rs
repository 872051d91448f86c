//! From older formats to this one. What an older key meant is found in the unknown keys that reading has kept.

use serde::de::DeserializeOwned;

use crate::model::{AssetId, Extra, Project};

/// Brings a project of an older format to the present one; on failure gives the key that it could not read, and why.
pub(super) fn migrate(project: &mut Project, from: u32) -> Result<(), (String, String)> {
    if from < 2 {
        to_2(project)?;
    }
    project.format = crate::model::FORMAT;
    Ok(())
}

/// Format 2 calls the data that an interface carries `assets`, and the risk that is tolerated `appetite`.
fn to_2(project: &mut Project) -> Result<(), (String, String)> {
    let renamed: Vec<_> =
        project.diagram.interfaces().filter(|i| i.extra.0.contains_key("data")).cloned().collect();
    for mut interface in renamed {
        if let Some(assets) = take::<Vec<AssetId>>(&mut interface.extra, "data")? {
            interface.assets.extend(assets);
        }
        project.diagram.put_interface(interface).map_err(|error| ("data".to_owned(), error.to_string()))?;
    }
    if let Some(tolerance) = take(&mut project.method.extra, "tolerance")? {
        project.method.appetite = tolerance;
    }
    Ok(())
}

fn take<T: DeserializeOwned>(extra: &mut Extra, key: &str) -> Result<Option<T>, (String, String)> {
    let Some(raw) = extra.take(key) else { return Ok(None) };
    ron::from_str(&raw).map(Some).map_err(|error| (format!("{key}:"), format!("{key}: {}", error.code)))
}
