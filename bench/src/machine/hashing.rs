//! How many password hashes the machine makes when it does nothing else.

use std::num::NonZero;
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::failure::{Failure, Outcome};

/// Argon2id with the product's parameters (19 MiB, t=2, p=1) on all cores for `span`: hashes a second. `reuse`: each thread keeps
/// its memory, which is the faster way; else each hash asks the system for its own.
pub fn rate(span: Duration, reuse: bool) -> Outcome<f64> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let start = Instant::now();
    let made = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| hash_until(start + span, reuse)))
            .collect();
        started
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .map_err(|_| Failure::new("a hashing thread failed"))?
            })
            .sum::<Outcome<u32>>()
    })?;
    Ok(f64::from(made) / start.elapsed().as_secs_f64())
}

fn hash_until(end: Instant, reuse: bool) -> Outcome<u32> {
    let argon2 = Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1024, 2, 1, None)?,
    );
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    let mut made = 0_u32;
    while Instant::now() < end {
        let (mut hash, salt) = ([0; 32], u128::from(made).to_le_bytes());
        if reuse {
            argon2.hash_password_into_with_memory(
                b"a password of a person",
                &salt,
                &mut hash,
                &mut memory,
            )?;
        } else {
            argon2.hash_password_into(b"a password of a person", &salt, &mut hash)?;
        }
        made += 1;
    }
    Ok(made)
}
