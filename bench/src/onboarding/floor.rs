//! What the primitives alone of an onboarding cost, on the generator's core and with the libraries of the product.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};

use crate::enrol::crypto::{Primitives, each};
use crate::failure::Outcome;
use crate::figures::median;

/// About as long as what is signed in an ID token, in bytes.
const MESSAGE: [u8; 600] = [7; 600];

/// Microseconds of what an onboarding has to compute.
pub struct Floor {
    primitives: Primitives,
    rsa_verify: f64,
}

impl Floor {
    /// Takes about a second.
    pub fn measure() -> Outcome<Self> {
        let random = SystemRandom::new();
        let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &random, &MESSAGE, &mut signature)?;
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref().to_vec());
        Ok(Self {
            primitives: Primitives::measure("X25519")?,
            rsa_verify: each(|| Ok(public.verify(&MESSAGE, &signature)?))?,
        })
    }

    /// The middle of several.
    pub fn median(measured: &[Self]) -> Self {
        let primitives: Vec<_> = measured.iter().map(|one| one.primitives).collect();
        let rsa: Vec<f64> = measured.iter().map(|one| one.rsa_verify).collect();
        Self {
            primitives: Primitives::median(&primitives),
            rsa_verify: median(&rsa),
        }
    }

    /// Of the Onboarding Service: a full handshake with the provider and two with the UMS, the signature of the ID token, and those
    /// of the two assertions of the UMS.
    pub fn service(&self) -> f64 {
        3.0 * self.primitives.client_handshake() + self.rsa_verify + 2.0 * self.primitives.verify()
    }

    /// Of the UMS: a full handshake for each question of the service and for the device, one for each of its own two questions with
    /// its assertion, and the certificate.
    pub fn ums(&self) -> f64 {
        3.0 * self.primitives.handshake()
            + 2.0 * (self.primitives.client_handshake() + self.primitives.sign())
            + self.primitives.issue()
    }
}

impl fmt::Display for Floor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "primitives on one core, measured before each block: {}; RSA-2048 verify {:.1} us; of an onboarding, with every \
             handshake a full one: {:.0} us in the Onboarding Service, {:.0} us in the UMS",
            self.primitives,
            self.rsa_verify,
            self.service(),
            self.ums()
        )
    }
}
