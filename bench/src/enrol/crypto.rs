//! What the primitives alone cost, on the generator's core and with the libraries of the product: the floor of an enrolment.

use std::fmt;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use rustix::time::{ClockId, clock_gettime};
use rustls::crypto::{SupportedKxGroup, aws_lc_rs as provider};

use crate::failure::{Failure, Outcome};
use crate::figures::median;

/// Time for each primitive.
const SPAN: Duration = Duration::from_millis(200);
/// About as long as what is signed in a certificate or a request, in bytes.
const MESSAGE: [u8; 300] = [7; 300];

/// Microseconds of each.
#[derive(Clone, Copy)]
pub struct Primitives {
    sign: f64,
    verify: f64,
    /// The server's side of the key exchange: its own key, and the secret.
    key_exchange: f64,
}

impl Primitives {
    /// With the key exchange that both ends have agreed on. Takes more than half a second.
    pub fn measure(group: &str) -> Outcome<Self> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref())
            .map_err(|rejected| Failure::new(rejected.to_string()))?;
        let signature = key.sign(&random, &MESSAGE)?;
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key().as_ref().to_vec());
        let group = *provider::default_provider()
            .kx_groups
            .iter()
            .find(|offered| format!("{:?}", offered.name()) == group)
            .ok_or_else(|| Failure::new(format!("no key exchange {group}")))?;
        let share = group.start()?.pub_key().to_vec();
        Ok(Self {
            sign: each(|| {
                key.sign(&random, &MESSAGE)?;
                Ok(())
            })?,
            verify: each(|| Ok(public.verify(&MESSAGE, signature.as_ref())?))?,
            key_exchange: each(|| complete(group, &share))?,
        })
    }

    /// Of several measurements, each primitive's middle.
    pub fn median(measured: &[Self]) -> Self {
        let middle = |of: fn(&Self) -> f64| median(&measured.iter().map(of).collect::<Vec<_>>());
        Self {
            sign: middle(|one| one.sign),
            verify: middle(|one| one.verify),
            key_exchange: middle(|one| one.key_exchange),
        }
    }

    /// The signature of the request is verified, the certificate signed.
    pub fn issue(&self) -> f64 {
        self.verify + self.sign
    }

    /// A full handshake in which only the server shows who it is.
    pub fn handshake(&self) -> f64 {
        self.key_exchange + self.sign
    }

    /// The client's side of that: it verifies the server's certificate and signature.
    pub fn client_handshake(&self) -> f64 {
        self.key_exchange + 2.0 * self.verify
    }

    pub fn sign(&self) -> f64 {
        self.sign
    }

    pub fn verify(&self) -> f64 {
        self.verify
    }

    /// A full handshake in which the client's certificate and its signature are verified too.
    pub fn mutual_handshake(&self) -> f64 {
        self.handshake() + 2.0 * self.verify
    }
}

impl fmt::Display for Primitives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "P-256 sign {:.1} us, verify {:.1} us; key exchange as the server {:.1} us",
            self.sign, self.verify, self.key_exchange
        )
    }
}

fn complete(group: &dyn SupportedKxGroup, share: &[u8]) -> Outcome {
    group.start_and_complete(share)?;
    Ok(())
}

/// Microseconds of one, of this thread's processor time: what else the machine does is not counted.
pub fn each(mut one: impl FnMut() -> Outcome) -> Outcome<f64> {
    let (start, before) = (Instant::now(), processor_time());
    let mut made = 0_u32;
    while start.elapsed() < SPAN {
        one()?;
        made += 1;
    }
    Ok(processor_time().saturating_sub(before).as_secs_f64() * 1e6 / f64::from(made))
}

/// Of this thread, since it began.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
