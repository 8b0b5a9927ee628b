//! `onrecord rebuild`: everything again from the stored texts, with this program and this model.

use super::{Outcome, add, places, print};
use crate::cli::{Places, Rebuild};
use crate::error::Result;
use crate::index::{self, Effort, Index};
use crate::output::{self, Progress, counted};
use crate::retrieve::Background;

pub(super) fn run(places: &Places, args: &Rebuild) -> Result<Outcome> {
    let mut library = places.open()?;
    if !args.index {
        let embedder = places.any_embedder(&library)?;
        let totals = library.totals()?;
        let mut progress =
            Progress::new(usize::try_from(totals.calls).unwrap_or(0), totals.passages);
        let (mut done, mut passages) = (0, 0);
        library.rebuild(&places::record(&embedder), |call, text| {
            // What the user said of a call when it was added still holds.
            let reading = call.place.read(text, &call.file_name(), &call.given);
            let passages_again = add::embed(&embedder, &reading, text, |(more, _), _| {
                progress.embedded(more, more as u64);
            })?;
            done += 1;
            passages += passages_again.len();
            progress.file_done(passages as u64);
            Ok((reading, passages_again))
        })?;
        progress.finish();
        Background::renew(&mut library)?;
        print(&format!(
            "rebuilt {}, {}\n",
            counted(done, "call"),
            counted(passages, "passage")
        ))?;
    }
    index::discard(&mut library)?;
    let progress = Progress::new(0, 0);
    index::refresh(&mut library, Effort::All, &mut |step| progress.index(step))?;
    progress.finish();
    let (segments, graphs) = Index::open(&library)?.segment_count();
    print(&format!(
        "built {}, {} with a graph\n",
        counted(segments, "index segment"),
        output::grouped(graphs)
    ))?;
    Ok(Outcome::Done)
}
