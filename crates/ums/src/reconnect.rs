//! How widely the devices of a lost server spread their way back. The window follows the fleet, so that they come at one rate
//! however many they are; each waits a random part of it (full jitter).

use access::{Acting, Result, Services};
use domain::Company;
use store::{args, sql};

use crate::{Live, Settings};

/// Bounds of the window, in seconds: one that nobody notices, and what a person still waits for.
const SECONDS: std::ops::RangeInclusive<u32> = 5..=300;
/// A device that was not seen for so long is not expected back.
const REMEMBERED: time::Duration = time::Duration::days(7);

/// Devices that shall come back per second after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReconnectRate(u32);

impl ReconnectRate {
    /// What can be set.
    pub const BOUNDS: std::ops::RangeInclusive<u32> = 10..=10_000;

    /// `None` out of bounds.
    pub fn new(per_second: u32) -> Option<Self> {
        Self::BOUNDS.contains(&per_second).then_some(Self(per_second))
    }

    /// The window in seconds for so many devices.
    fn window(self, devices: u64) -> u32 {
        let seconds = devices.div_ceil(self.0.into());
        u32::try_from(seconds)
            .unwrap_or(u32::MAX)
            .clamp(*SECONDS.start(), *SECONDS.end())
    }

    /// As many devices as the widest window is for: to count more makes no difference.
    fn most(self) -> u64 {
        u64::from(self.0) * u64::from(*SECONDS.end())
    }
}

impl Default for ReconnectRate {
    fn default() -> Self {
        Self(1_000)
    }
}

/// The window for the devices that would come back now, in seconds: as many as were connected at most since the start, or were
/// seen in the last days.
pub fn window(services: &Services<Company>) -> Result<u32> {
    let live = services.port::<Live>()?;
    let rate = services.port::<Settings>()?.reconnects_per_second;
    let most = u64::try_from(live.presence().most()).unwrap_or(u64::MAX);
    Ok(rate.window(most.max(live.fleet())))
}

/// Whether a device that goes by `told` has to be told `now`: only at a factor of two, so that a growing fleet hears of it a few
/// times and not at each newcomer.
pub fn has_changed(told: u32, now: u32) -> bool {
    now >= told.saturating_mul(2) || told >= now.saturating_mul(2)
}

/// Counts the devices that are expected back, by an index alone.
pub(crate) async fn count(acting: &Acting<Company>) -> Result<()> {
    let most = acting.services().port::<Settings>()?.reconnects_per_second.most();
    let count = sql!(
        "select count(*) from (select 1 from devices where last_contact_at > $1 and revoked_at is null limit $2) seen"
    );
    let values = args![acting.now() - REMEMBERED, i64::try_from(most).unwrap_or(i64::MAX)];
    let seen: i64 = acting.glance().await?.scalar(count, values).await?;
    acting
        .services()
        .port::<Live>()?
        .set_fleet(u64::try_from(seen).unwrap_or_default());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_follows_the_fleet_within_its_bounds() {
        let rate = ReconnectRate::default();
        assert_eq!(
            [0, 5_000, 5_001, 15_000, 300_000, 300_001, u64::MAX].map(|devices| rate.window(devices)),
            [5, 5, 6, 15, 300, 300, 300]
        );
        assert_eq!(rate.window(rate.most()), *SECONDS.end());
        let of = |rate| ReconnectRate::new(rate).map(|rate| rate.window(15_000));
        assert_eq!([9, 10, 10_000, 10_001].map(of), [None, Some(300), Some(5), None]);
    }

    #[test]
    fn a_device_is_told_again_at_twice_or_half_of_what_it_knows() {
        assert_eq!(
            [5, 9, 10, 300].map(|now| has_changed(5, now)),
            [false, false, true, true]
        );
        assert_eq!(
            [5, 7, 8, 15].map(|now| has_changed(15, now)),
            [true, true, false, false]
        );
    }
}
