//! Steps through XML: elements and their text, with no entity but the five of XML itself.
//!
//! In: XML. Out: one [`Step`] after the other. A document type is refused, since it can define
//! entities that grow without end. This file knows no format.

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::Event;

/// One step.
pub(super) enum Step {
    /// An element begins: its name without a prefix, and its attributes with what is escaped in them.
    Start(String, Vec<(String, String)>),
    /// An element ends.
    End(String),
    /// Text.
    Text(String),
}

/// Walks through a document.
///
/// # Errors
/// When it is not XML, or has a document type; what came before has been stepped through.
pub(super) fn walk(xml: &str, mut step: impl FnMut(Step)) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::DocType(_)) => {
                return Err("it has a document type, which is refused".to_owned());
            }
            Ok(Event::Start(element)) => step(start(&element)),
            Ok(Event::Empty(element)) => {
                step(start(&element));
                step(Step::End(name(element.local_name().as_ref())));
            }
            Ok(Event::End(element)) => step(Step::End(name(element.local_name().as_ref()))),
            Ok(Event::Text(text)) => step(Step::Text(name(&text))),
            Ok(Event::CData(text)) => step(Step::Text(name(&text))),
            Ok(Event::GeneralRef(reference)) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    _ => resolve_predefined_entity(&name(&reference)).map(str::to_owned),
                };
                step(Step::Text(
                    resolved.unwrap_or_else(|| format!("&{};", name(&reference))),
                ));
            }
            Ok(_) => {}
            Err(error) => return Err(format!("it is no sound XML: {error}")),
        }
    }
}

fn name(text: impl AsRef<str>) -> String {
    text.as_ref().to_owned()
}

fn start(element: &quick_xml::events::BytesStart<'_>) -> Step {
    let mut found = Vec::new();
    for attribute in element.attributes().with_checks(false).flatten() {
        found.push((
            name(attribute.key.local_name().as_ref()),
            // A `&` that begins no entity is one that was not escaped.
            unescape(&attribute.value).map_or_else(|_| name(&attribute.value), name),
        ));
    }
    Step::Start(name(element.local_name().as_ref()), found)
}
