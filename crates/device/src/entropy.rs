//! The one place where this program takes randomness. Keys and serial numbers are made by the cryptographic library itself.

use std::time::Duration;

use domain::MacAddress;
use rand::TryRng as _;

use crate::failure::{Failure, Result};
use protocol::DeviceError;

fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Failure::new(DeviceError::KeyPairNotLoaded, format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// A moment of `window`, each as likely as any other: full jitter. The whole window where the system gives no randomness.
pub fn part_of(window: Duration) -> Duration {
    let whole = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
    bytes().map_or(window, |random| {
        let part = (u128::from(u64::from_le_bytes(random)) * u128::from(whole)) >> 64;
        Duration::from_millis(u64::try_from(part).unwrap_or(whole))
    })
}

/// An address for a network adapter that does not exist: locally administered, for one station (IEEE 802, bits 0 and 1 of the
/// first byte), 46 random bits.
pub fn mac() -> Result<MacAddress> {
    let [first, rest @ ..] = bytes::<6>()?;
    let first = first & 0b1111_1100 | 0b10;
    let bytes: Vec<String> = std::iter::once(first)
        .chain(rest)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    MacAddress::parse(&bytes.concat())
        .map_err(|_| Failure::new(DeviceError::InvalidArguments, "no hardware address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_never_more_than_the_window() {
        let window = Duration::from_secs(30);
        let parts: Vec<Duration> = (0..200).map(|_| part_of(window)).collect();
        assert!(parts.iter().all(|part| *part < window));
        // 200 draws without one below the middle, or above it: less likely than 2^-198.
        assert!(parts.iter().any(|part| *part < window / 2) && parts.iter().any(|part| *part > window / 2));
        assert_eq!(part_of(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn addresses_are_locally_administered_and_differ() {
        let (one, other) = (mac().unwrap(), mac().unwrap());
        assert_ne!(one, other);
        let first = u8::from_str_radix(&one.key()[..2], 16).unwrap();
        assert_eq!(first & 0b11, 0b10);
    }
}
