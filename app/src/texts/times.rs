//! Times as the person reads them: in their zone, in their language's order.

use domain::Language;
use time::{OffsetDateTime, UtcOffset};

use crate::state::preferences::Preferences;

const MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const MONTHS_DE: [&str; 12] = [
    "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
];

/// `21 Nov 2026` or `21. Nov. 2026`.
pub fn date(at: OffsetDateTime) -> String {
    date_for(at, Preferences::of_request())
}

/// The date with hours and minutes.
pub fn date_time(at: OffsetDateTime) -> String {
    let preferences = Preferences::of_request();
    let local = local(at, preferences);
    format!(
        "{}, {:02}:{:02}",
        date_for(at, preferences),
        local.hour(),
        local.minute()
    )
}

/// `2026-11-21T13:05:09Z`: for files that programs read.
pub fn exact(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn local(at: OffsetDateTime, preferences: Preferences) -> OffsetDateTime {
    let offset =
        UtcOffset::from_whole_seconds(i32::from(preferences.zone_minutes) * 60).unwrap_or(UtcOffset::UTC);
    at.to_offset(offset)
}

fn date_for(at: OffsetDateTime, preferences: Preferences) -> String {
    let local = local(at, preferences);
    let month = usize::from(u8::from(local.month())) - 1;
    match preferences.lang {
        Language::English => format!(
            "{} {} {}",
            local.day(),
            MONTHS_EN.get(month).unwrap_or(&""),
            local.year()
        ),
        Language::German => format!(
            "{}. {} {}",
            local.day(),
            MONTHS_DE.get(month).unwrap_or(&""),
            local.year()
        ),
    }
}

/// A length of time in its two largest units: `3 d 4 h`, `12 min`.
pub fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
        (days, hours, _) => format!("{days} d {} h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_zone_and_language() {
        let at = OffsetDateTime::from_unix_timestamp(1_795_228_200).unwrap(); // 2026-11-21 02:30 UTC
        let preferences = |lang, zone_minutes| Preferences {
            lang,
            zone_minutes,
            ..Preferences::from_headers("", "", 0)
        };
        assert_eq!(date_for(at, preferences(Language::English, 0)), "21 Nov 2026");
        assert_eq!(date_for(at, preferences(Language::German, -300)), "20. Nov. 2026");
        assert_eq!(
            [duration(5), duration(720), duration(7320), duration(273_600)],
            ["5 s", "12 min", "2 h 2 min", "3 d 4 h"]
        );
    }
}
