//! When a call was, in months.
//!
//! In: a period, a year, or a call's facts. Out: [`Months`], which can be compared.

use crate::transcript::{Date, Period, PeriodPart};
use crate::units::CallRow;

/// A call, and the months that it reports on.
#[derive(Clone, Debug)]
pub(super) struct Dated {
    pub(super) row: CallRow,
    pub(super) company: Option<usize>,
    pub(super) period: Option<Period>,
    pub(super) date: Option<Date>,
}

/// Months since the year 0, from first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Months {
    pub(super) first: i32,
    pub(super) last: i32,
}

impl Months {
    pub(super) fn of_year(year: u16) -> Self {
        let first = i32::from(year) * 12;
        Self {
            first,
            last: first + 11,
        }
    }

    /// As the company counts its year.
    pub(super) fn of(period: Period) -> Self {
        let year = i32::from(period.year()) * 12;
        let (first, length) = match period.part() {
            PeriodPart::Quarter(quarter) => ((i32::from(quarter) - 1) * 3, 3),
            PeriodPart::Half(half) => ((i32::from(half) - 1) * 6, 6),
            PeriodPart::Year => (0, 12),
        };
        Self {
            first: year + first,
            last: year + first + length - 1,
        }
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

impl Dated {
    /// The months reported on; for a call without a period, its month.
    pub(super) fn months(&self) -> Option<Months> {
        let of_date = |date: Date| {
            let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
            Months {
                first: month,
                last: month,
            }
        };
        self.period.map(Months::of).or(self.date.map(of_date))
    }

    /// The months reported on by the calendar: where a company's year runs ahead of it, about the middle of the quarter
    /// before its call.
    pub(super) fn calendar_months(&self) -> Option<Months> {
        /// Months from the middle of a quarter to the call about it.
        const BACK: i32 = 2;
        let months = self.months()?;
        let held = self
            .date
            .map(|date| i32::from(date.year()) * 12 + i32::from(date.month()) - 1);
        match held {
            Some(held) if self.period.is_some() && months.last >= held => Some(Months {
                first: held - BACK,
                last: held - BACK,
            }),
            _ => Some(months),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_its_months() {
        let months = |text: &str| Months::of(text.parse().unwrap());
        assert_eq!(months("Q2 2024").first - months("Q1 2024").last, 1);
        assert!(months("FY 2024").contains(months("H2 2024")));
        assert!(!months("H1 2024").contains(months("Q3 2024")));
    }
}
