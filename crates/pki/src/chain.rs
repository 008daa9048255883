//! A certificate chain as somebody uploads it: any order in, checked, ordered, normalised.

use std::cmp::Reverse;

use domain::chain::{CHAIN_MAX_BYTES, CHAIN_MAX_CERTIFICATES, CertificateRole, ChainProblem, ChainSummary};
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;

use crate::certificate::Certificate;
use crate::pem::{self, Block};
use crate::verify;

/// The certificates of one file, root first, each after its signer. There is at least one certification authority among
/// them, and none of the roots was over when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateChain {
    certificates: Vec<Certificate>,
    root: usize,
}

/// A certificate and the block it came from, counted from 1.
struct Found {
    block: u32,
    certificate: Certificate,
}

impl CertificateChain {
    /// Reads a PEM file (text around the blocks is ignored, any line ends, any order, duplicates dropped) or one
    /// certificate in DER form. `now` decides whether a root is over.
    ///
    /// The reasons for refusal are those of the portal's rules for routing records; private keys are looked for first, so
    /// that nobody mends another block and sends the key again.
    pub fn parse(file: impl AsRef<[u8]>, now: OffsetDateTime) -> Result<Self, ChainProblem> {
        Self::read(file.as_ref(), Some(now)).map(|(chain, _)| chain)
    }

    /// [`CertificateChain::parse`], and how many blocks stood there twice.
    pub fn parse_counting(
        file: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Result<(Self, usize), ChainProblem> {
        Self::read(file.as_ref(), Some(now))
    }

    /// A chain that was parsed before and stored as [`CertificateChain::pem`]: its roots may be over by now.
    pub fn parse_stored(pem: &str) -> Result<Self, ChainProblem> {
        Self::read(pem.as_bytes(), None).map(|(chain, _)| chain)
    }

    fn read(file: &[u8], now: Option<OffsetDateTime>) -> Result<(Self, usize), ChainProblem> {
        if file.len() > CHAIN_MAX_BYTES {
            return Err(ChainProblem::TooLarge {
                max: u64::try_from(CHAIN_MAX_BYTES).unwrap_or(u64::MAX),
            });
        }
        if file.trim_ascii().is_empty() {
            return Err(ChainProblem::Empty);
        }
        let found = if pem::is_der(file) {
            vec![single_der(file)?]
        } else {
            from_pem(file)?
        };
        let read = found.len();
        let found = without_duplicates(found);
        let duplicates = read - found.len();
        check(&found, now)?;
        Ok((Self::ordered(found), duplicates))
    }

    fn ordered(found: Vec<Found>) -> Self {
        let certificates: Vec<Certificate> = found.into_iter().map(|found| found.certificate).collect();
        let mut places: Vec<(usize, usize, usize)> = (0..certificates.len())
            .map(|index| place(&certificates, index))
            .collect();
        places.sort_unstable();
        let certificates: Vec<Certificate> = places
            .iter()
            .filter_map(|(_, _, index)| certificates.get(*index).cloned())
            .collect();
        // A true root before an intermediate that only happens to be the highest; `check` saw at least one authority.
        let rank = |certificate: &Certificate| match certificate.role() {
            CertificateRole::Root => 2,
            CertificateRole::Intermediate => 1,
            CertificateRole::End => 0,
        };
        let root = (0..certificates.len())
            .max_by_key(|index| (certificates.get(*index).map_or(0, rank), Reverse(*index)))
            .unwrap_or_default();
        Self { certificates, root }
    }

    /// The certificates, root first, each after its signer.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The root; where the file has none, the highest authority in it. The device's communication token is about this one.
    #[expect(
        clippy::indexing_slicing,
        reason = "`ordered` takes the index from the same, never empty list"
    )]
    pub fn root(&self) -> &Certificate {
        &self.certificates[self.root]
    }

    /// The certification authorities.
    pub fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates
            .iter()
            .filter(|certificate| certificate.role() != CertificateRole::End)
    }

    /// The end certificate of the file, if it has one.
    pub fn end(&self) -> Option<&Certificate> {
        self.certificates
            .iter()
            .find(|certificate| certificate.role() == CertificateRole::End)
    }

    /// Signers that are named in the file, but not in it: what is missing for a complete chain.
    pub fn missing(&self) -> Vec<&str> {
        let mut missing: Vec<&str> = self
            .certificates
            .iter()
            .filter(|one| {
                !one.is_self_issued() && !self.certificates.iter().any(|other| one.is_issued_by(other))
            })
            .map(Certificate::issuer)
            .collect();
        missing.dedup();
        missing
    }

    /// The chain as normalised PEM text: certificates only, LF, 64 characters to the line.
    pub fn pem(&self) -> String {
        self.certificates.iter().map(Certificate::pem).collect()
    }

    /// How many signers stand above each certificate in the file, in the order of [`CertificateChain::certificates`].
    pub fn depths(&self) -> Vec<usize> {
        let all = &self.certificates;
        (0..all.len()).map(|index| place(all, index).1).collect()
    }

    /// Whether a server that presents these certificates, its own one first, is vouched for by an authority of this chain at
    /// `at`. The host name is not looked at.
    pub fn vouches_for(&self, presented: &[CertificateDer<'static>], at: OffsetDateTime) -> bool {
        let Some((end, intermediates)) = presented.split_first() else {
            return false;
        };
        verify::verify_server(end, intermediates, self.authorities(), at).is_ok()
    }

    /// What a page shows of it.
    pub fn summary(&self) -> ChainSummary {
        ChainSummary {
            certificates: self.certificates.iter().map(Certificate::summary).collect(),
        }
    }
}

fn single_der(file: &[u8]) -> Result<Found, ChainProblem> {
    let certificate = Certificate::from_der(file).map_err(|_| ChainProblem::Unreadable { block: 1 })?;
    Ok(Found {
        block: 1,
        certificate,
    })
}

fn from_pem(file: &[u8]) -> Result<Vec<Found>, ChainProblem> {
    let blocks = pem::blocks(file);
    if blocks.is_empty() {
        return Err(ChainProblem::NotPem);
    }
    if let Some(key) = blocks.iter().find(|block| block.is_private_key()) {
        return Err(ChainProblem::PrivateKey { block: key.number });
    }
    if blocks.len() > CHAIN_MAX_CERTIFICATES {
        return Err(ChainProblem::TooManyCertificates {
            max: u32::try_from(CHAIN_MAX_CERTIFICATES).unwrap_or(u32::MAX),
        });
    }
    blocks.iter().map(read).collect()
}

fn read(block: &Block) -> Result<Found, ChainProblem> {
    let unreadable = ChainProblem::Unreadable { block: block.number };
    let bytes = block
        .bytes
        .as_deref()
        .filter(|_| block.is_certificate())
        .ok_or(unreadable.clone())?;
    let certificate = Certificate::from_der(bytes).map_err(|_| unreadable)?;
    Ok(Found {
        block: block.number,
        certificate,
    })
}

fn without_duplicates(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        if !kept
            .iter()
            .any(|other| other.certificate.der() == one.certificate.der())
        {
            kept.push(one);
        }
    }
    kept
}

/// `now` is `None` where time does not matter.
fn check(found: &[Found], now: Option<OffsetDateTime>) -> Result<(), ChainProblem> {
    for Found { block, certificate } in found {
        let named = || (certificate.subject().to_owned(), *block);
        match certificate.role() {
            CertificateRole::End if certificate.is_self_issued() => {
                let (subject, block) = named();
                return Err(ChainProblem::RootNotCa { subject, block });
            }
            CertificateRole::Root if now.is_some_and(|now| certificate.is_over(now)) => {
                let (subject, block) = named();
                return Err(ChainProblem::RootExpired { subject, block });
            }
            CertificateRole::Root if now.is_some_and(|now| !certificate.has_begun(now)) => {
                let (subject, block) = named();
                return Err(ChainProblem::RootNotYetValid { subject, block });
            }
            _ => {}
        }
    }
    if found
        .iter()
        .all(|found| found.certificate.role() == CertificateRole::End)
    {
        return Err(ChainProblem::NoCa);
    }
    Ok(())
}

/// Where a certificate belongs: the tree it stands in (by the index of its top), its depth there, its own index. Authorities that
/// have signed each other in a ring are the top together.
fn place(certificates: &[Certificate], index: usize) -> (usize, usize, usize) {
    let mut way = Vec::new();
    let mut at = index;
    loop {
        let ring = way.iter().position(|seen| *seen == at);
        if let Some(depth) = ring {
            let top = way.iter().skip(depth).min().copied().unwrap_or(at);
            return (top, depth, index);
        }
        way.push(at);
        match signer(certificates, at) {
            Some(signer) => at = signer,
            None => return (at, way.len() - 1, index),
        }
    }
}

fn signer(certificates: &[Certificate], index: usize) -> Option<usize> {
    let one = certificates
        .get(index)
        .filter(|one| one.role() != CertificateRole::Root)?;
    let fits = |(other_index, other): &(usize, &Certificate)| {
        *other_index != index && other.role() != CertificateRole::End && one.is_issued_by(other)
    };
    let mut signers: Vec<_> = certificates.iter().enumerate().filter(fits).collect();
    // A root first, then one that leads out of the file and so out of every ring.
    signers.sort_by_cached_key(|(_, other)| {
        let leads_on = certificates.iter().any(|above| other.is_issued_by(above));
        (other.role() != CertificateRole::Root, leads_on)
    });
    signers.first().map(|(index, _)| *index)
}
