//! `onrecord doctor`: is everything as it was stored?

use super::{Outcome, print};
use crate::cli::{Doctor, Places};
use crate::error::{Error, Result};
use crate::index::{self, Effort, Index, Search};
use crate::library::{Depth, Library, Scope};
use crate::output;
use crate::units::PassageId;

/// Stored vectors that are asked as questions of index and scan alike.
const PROBES: usize = 16;
/// Nearest passages that are compared for each.
const COMPARED: usize = 10;

pub(super) fn run(places: &Places, args: &Doctor) -> Result<Outcome> {
    let depth = if args.full { Depth::Full } else { Depth::Quick };
    let found = places
        .open()
        .and_then(|library| Ok((library.check(depth)?, library)));
    let (complaints, mut library) = match found {
        Ok(found) => found,
        Err(error @ Error::LibraryDamaged { .. }) => {
            output::error(&error);
            return Ok(Outcome::TruthDamaged);
        }
        Err(error) => return Err(error),
    };
    if !complaints.is_empty() {
        for complaint in &complaints {
            output::warning(complaint);
        }
        print(
            "the stored calls are damaged; restore the library from a copy, or add the files to a new one\n",
        )?;
        return Ok(Outcome::TruthDamaged);
    }
    let mut complaints = index::check(&library, true)?;
    if args.full && complaints.is_empty() {
        complaints = disagreements(&library)?;
    }
    if !complaints.is_empty() {
        index::discard(&mut library)?;
    }
    let sound = if args.full {
        "sound: every text, slice and vector checked"
    } else {
        "sound, as far as was looked: `--full` also compares every text with what was stored"
    };
    if complaints.is_empty() {
        print(&format!("{sound}\n"))?;
        return Ok(Outcome::Done);
    }
    for complaint in &complaints {
        output::warning(complaint);
    }
    index::refresh(&mut library, Effort::All, &mut |_| ())?;
    print("repaired: the index was built again; no answer was affected\n")?;
    Ok(Outcome::NothingFound)
}

/// Where the index does not find what the scan finds, for some of the library's own vectors.
fn disagreements(library: &Library) -> Result<Vec<String>> {
    let dimension = library.dimension()?;
    let mut ids: Vec<PassageId> = Vec::new();
    library.scan_vectors(
        &Scope::default(),
        PassageId(0)..library.passages_end()?,
        |id, _| {
            ids.push(id);
            Ok(())
        },
    )?;
    let index = Index::open(library)?;
    let step = (ids.len() / PROBES).max(1);
    let mut found = Vec::new();
    for &id in ids.iter().step_by(step) {
        let vector = library.passage_vector(id, dimension)?;
        let near = |search| index.nearest(&vector, &Scope::default(), search, COMPARED);
        let (indexed, exact) = (near(Search::Indexed)?, near(Search::Exact)?);
        let missed = exact.iter().filter(|hit| !indexed.contains(hit)).count();
        // A graph may miss a neighbour now and then; one that misses several is broken.
        if missed > COMPARED / 5 {
            found.push(format!(
                "the index misses {missed} of {COMPARED} near passage {}",
                id.0
            ));
        }
    }
    Ok(found)
}
