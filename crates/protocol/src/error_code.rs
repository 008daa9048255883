//! The codes behind "Could not manage your device because of an internal error (<code>)" (seed 002, page 181; ruling 21).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a device could not be managed. There is no code 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub enum DeviceError {
    /// 30: the Onboarding Service cannot be reached, or gets no trusted connection to the UMS or proxy.
    OnboardingServiceUnreachable,
    /// 32: something given is not valid.
    InvalidArguments,
    /// 33: the enrolment client could not start.
    EstNotInitialised,
    /// 34: the trust chain could not be loaded.
    TrustChainNotLoaded,
    /// 35: the key pair could not be loaded.
    KeyPairNotLoaded,
    /// 36: the private key could not be loaded.
    PrivateKeyNotLoaded,
    /// 37: no CA certificates from the server, or none that verify.
    CaCertificatesNotReceived,
    /// 38: the server did not enrol a certificate.
    NotEnrolled,
    /// 39: the enrolled certificate did not arrive.
    CertificateNotRetrieved,
    /// 40: the enrolled certificate could not be converted.
    CertificateNotConverted,
    /// 41: the enrolled certificate could not be saved.
    CertificateNotSaved,
    /// 42: no TLS context.
    NoTlsContext,
    /// 43: no TLS handle.
    NoTlsHandle,
    /// 44: no TCP connection to the server.
    NoTcpConnection,
    /// 45: no TLS connection, or the certificate lacks the address used.
    NoTlsConnection,
    /// 46: the server's certificate chain could not be verified.
    ChainNotVerified,
    /// 47: the system trust store could not be loaded.
    TrustStoreNotLoaded,
}

/// The texts of one code.
struct Texts {
    meaning: &'static str,
    sentence: &'static str,
    next_step: &'static str,
    sentence_de: &'static str,
    next_step_de: &'static str,
}

/// A number that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an error code of a device")]
pub struct UnknownCode(pub u16);

impl DeviceError {
    /// Every code, in order.
    pub const ALL: [Self; 17] = [
        Self::OnboardingServiceUnreachable,
        Self::InvalidArguments,
        Self::EstNotInitialised,
        Self::TrustChainNotLoaded,
        Self::KeyPairNotLoaded,
        Self::PrivateKeyNotLoaded,
        Self::CaCertificatesNotReceived,
        Self::NotEnrolled,
        Self::CertificateNotRetrieved,
        Self::CertificateNotConverted,
        Self::CertificateNotSaved,
        Self::NoTlsContext,
        Self::NoTlsHandle,
        Self::NoTcpConnection,
        Self::NoTlsConnection,
        Self::ChainNotVerified,
        Self::TrustStoreNotLoaded,
    ];

    /// The number that the device shows.
    pub const fn number(self) -> u16 {
        match self {
            Self::OnboardingServiceUnreachable => 30,
            Self::InvalidArguments => 32,
            Self::EstNotInitialised => 33,
            Self::TrustChainNotLoaded => 34,
            Self::KeyPairNotLoaded => 35,
            Self::PrivateKeyNotLoaded => 36,
            Self::CaCertificatesNotReceived => 37,
            Self::NotEnrolled => 38,
            Self::CertificateNotRetrieved => 39,
            Self::CertificateNotConverted => 40,
            Self::CertificateNotSaved => 41,
            Self::NoTlsContext => 42,
            Self::NoTlsHandle => 43,
            Self::NoTcpConnection => 44,
            Self::NoTlsConnection => 45,
            Self::ChainNotVerified => 46,
            Self::TrustStoreNotLoaded => 47,
        }
    }

    /// The code with this number.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// The meaning in the seed's words.
    pub const fn meaning(self) -> &'static str {
        self.texts().meaning
    }

    /// What happened, in plain English.
    pub const fn sentence(self) -> &'static str {
        self.texts().sentence
    }

    /// What to do next, in English.
    pub const fn next_step(self) -> &'static str {
        self.texts().next_step
    }

    /// What happened, in plain German.
    pub const fn sentence_de(self) -> &'static str {
        self.texts().sentence_de
    }

    /// What to do next, in German.
    pub const fn next_step_de(self) -> &'static str {
        self.texts().next_step_de
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one row per code; a table split in two is harder to check against the seed"
    )]
    const fn texts(self) -> Texts {
        match self {
            Self::OnboardingServiceUnreachable => Texts {
                meaning: "Onboarding service not reachable anymore",
                sentence: "The Onboarding Service cannot be reached, or it gets no trusted connection to your company's UMS.",
                next_step: "Check the network of this device. If it works, ask your administrator to look at the UMS address, port and certificate of the IGEL OS Onboarding record.",
                sentence_de: "Der Onboarding-Dienst ist nicht erreichbar, oder er bekommt keine vertrauenswürdige Verbindung zur UMS Ihres Unternehmens.",
                next_step_de: "Prüfen Sie das Netzwerk dieses Geräts. Wenn es funktioniert, bitten Sie Ihre Administration, Adresse, Port und Zertifikat der UMS im Eintrag IGEL OS Onboarding zu prüfen.",
            },
            Self::InvalidArguments => Texts {
                meaning: "Invalid arguments",
                sentence: "Something that was entered is not valid, or the address cannot be onboarded.",
                next_step: "Check the e-mail address, or the server address, port and password, and try again.",
                sentence_de: "Eine Eingabe ist ungültig, oder mit dieser Adresse ist kein Onboarding möglich.",
                next_step_de: "Prüfen Sie die E-Mail-Adresse, oder Serveradresse, Port und Kennwort, und versuchen Sie es noch einmal.",
            },
            Self::EstNotInitialised => Texts {
                meaning: "Failed to initialize EST API",
                sentence: "The part of this device that requests certificates could not start.",
                next_step: "Restart the device and try again. If it happens again, save the log files for your administrator.",
                sentence_de: "Der Teil dieses Geräts, der Zertifikate anfordert, konnte nicht starten.",
                next_step_de: "Starten Sie das Gerät neu und versuchen Sie es noch einmal. Tritt der Fehler wieder auf, sichern Sie die Protokolle für Ihre Administration.",
            },
            Self::TrustChainNotLoaded => Texts {
                meaning: "Failed to load trust chain",
                sentence: "The certificates that prove the server could not be loaded.",
                next_step: "Ask your administrator to upload the complete certificate chain of the UMS again, then start the onboarding anew.",
                sentence_de: "Die Zertifikate, die den Server ausweisen, konnten nicht geladen werden.",
                next_step_de: "Bitten Sie Ihre Administration, die vollständige Zertifikatskette der UMS neu hochzuladen, und beginnen Sie das Onboarding von vorn.",
            },
            Self::KeyPairNotLoaded => Texts {
                meaning: "Failed to load key pair",
                sentence: "The key pair of this device could not be made or loaded.",
                next_step: "Check that the device has free storage, restart it and try again.",
                sentence_de: "Das Schlüsselpaar dieses Geräts konnte nicht erzeugt oder geladen werden.",
                next_step_de: "Prüfen Sie, ob das Gerät freien Speicherplatz hat, starten Sie es neu und versuchen Sie es noch einmal.",
            },
            Self::PrivateKeyNotLoaded => Texts {
                meaning: "Failed to load private key",
                sentence: "The private key of this device is missing or damaged.",
                next_step: "Remove the device's enrolment and onboard it anew; your administrator then accepts its new key.",
                sentence_de: "Der private Schlüssel dieses Geräts fehlt oder ist beschädigt.",
                next_step_de: "Entfernen Sie die Registrierung des Geräts und führen Sie das Onboarding neu durch; Ihre Administration nimmt dann den neuen Schlüssel an.",
            },
            Self::CaCertificatesNotReceived => Texts {
                meaning: "Failed to get CA certificates from server",
                sentence: "The server did not hand out its CA certificates, or they cannot be verified.",
                next_step: "Check that no firewall or TLS inspection stands between device and UMS, and that the UMS has its complete certificate chain.",
                sentence_de: "Der Server hat seine CA-Zertifikate nicht ausgegeben, oder sie lassen sich nicht prüfen.",
                next_step_de: "Prüfen Sie, ob keine Firewall oder TLS-Inspektion zwischen Gerät und UMS steht und ob die UMS ihre vollständige Zertifikatskette hat.",
            },
            Self::NotEnrolled => Texts {
                meaning: "Failed to enroll a certificate from server",
                sentence: "The server did not issue a certificate for this device.",
                next_step: "Ask your administrator to look for this device's Unit ID in the UMS, in its recycle bin and among the devices that want to return, and to check the token or password used.",
                sentence_de: "Der Server hat für dieses Gerät kein Zertifikat ausgestellt.",
                next_step_de: "Bitten Sie Ihre Administration, die Unit ID dieses Geräts in der UMS, in deren Papierkorb und unter den zurückkehrenden Geräten zu suchen und das verwendete Token oder Kennwort zu prüfen.",
            },
            Self::CertificateNotRetrieved => Texts {
                meaning: "Failed to retrieve the enrolled certificate",
                sentence: "The certificate of this device was issued, but did not arrive.",
                next_step: "Try again: the device gets the same certificate once more.",
                sentence_de: "Das Zertifikat dieses Geräts wurde ausgestellt, ist aber nicht angekommen.",
                next_step_de: "Versuchen Sie es noch einmal: Das Gerät bekommt dasselbe Zertifikat erneut.",
            },
            Self::CertificateNotConverted => Texts {
                meaning: "Failed to convert the enrolled certificate to PEM",
                sentence: "The certificate of this device cannot be read.",
                next_step: "Try again. If it happens again, ask your administrator whether a proxy changes the answers of the UMS.",
                sentence_de: "Das Zertifikat dieses Geräts ist nicht lesbar.",
                next_step_de: "Versuchen Sie es noch einmal. Tritt der Fehler wieder auf, fragen Sie Ihre Administration, ob ein Proxy die Antworten der UMS verändert.",
            },
            Self::CertificateNotSaved => Texts {
                meaning: "Failed to save the enrolled certificate",
                sentence: "The certificate of this device could not be saved.",
                next_step: "Check that the device has free storage that can be written to, then try again.",
                sentence_de: "Das Zertifikat dieses Geräts konnte nicht gespeichert werden.",
                next_step_de: "Prüfen Sie, ob das Gerät freien, beschreibbaren Speicherplatz hat, und versuchen Sie es noch einmal.",
            },
            Self::NoTlsContext => Texts {
                meaning: "Failed to create a TLS context",
                sentence: "The settings for a secure connection could not be prepared.",
                next_step: "Restart the device and try again. If it happens again, onboard it anew.",
                sentence_de: "Die Einstellungen für eine sichere Verbindung konnten nicht vorbereitet werden.",
                next_step_de: "Starten Sie das Gerät neu und versuchen Sie es noch einmal. Tritt der Fehler wieder auf, führen Sie das Onboarding neu durch.",
            },
            Self::NoTlsHandle => Texts {
                meaning: "Failed to create a TLS handle",
                sentence: "A secure connection could not be prepared for this server address.",
                next_step: "Check the server address for typing errors and try again.",
                sentence_de: "Für diese Serveradresse konnte keine sichere Verbindung vorbereitet werden.",
                next_step_de: "Prüfen Sie die Serveradresse auf Tippfehler und versuchen Sie es noch einmal.",
            },
            Self::NoTcpConnection => Texts {
                meaning: "Failed to establish a TCP connection",
                sentence: "The server does not answer at this address and port.",
                next_step: "Check the server address and port, the network of this device, and whether a firewall blocks the port.",
                sentence_de: "Der Server antwortet unter dieser Adresse und diesem Port nicht.",
                next_step_de: "Prüfen Sie Serveradresse und Port, das Netzwerk dieses Geräts und ob eine Firewall den Port sperrt.",
            },
            Self::NoTlsConnection => Texts {
                meaning: "Failed to establish a TLS connection",
                sentence: "The server answers, but a secure connection does not come about; often its certificate does not name the address used.",
                next_step: "Ask your administrator to check that the UMS web certificate names this address, and that TLS 1.3 is not blocked on the way.",
                sentence_de: "Der Server antwortet, aber eine sichere Verbindung kommt nicht zustande; oft nennt sein Zertifikat die verwendete Adresse nicht.",
                next_step_de: "Bitten Sie Ihre Administration zu prüfen, ob das Web-Zertifikat der UMS diese Adresse nennt und ob TLS 1.3 unterwegs nicht gesperrt ist.",
            },
            Self::ChainNotVerified => Texts {
                meaning: "Failed to verify TLS certificate chain",
                sentence: "The server's certificate does not come from the expected root, or has expired.",
                next_step: "Check the date of this device and the communication token. Your administrator compares the root certificate in the IGEL OS Onboarding record with that of the UMS.",
                sentence_de: "Das Zertifikat des Servers stammt nicht von der erwarteten Wurzel, oder es ist abgelaufen.",
                next_step_de: "Prüfen Sie das Datum dieses Geräts und das Kommunikations-Token. Ihre Administration vergleicht das Wurzelzertifikat im Eintrag IGEL OS Onboarding mit dem der UMS.",
            },
            Self::TrustStoreNotLoaded => Texts {
                meaning: "Failed to load system trust store",
                sentence: "The public certification authorities that this device knows could not be loaded.",
                next_step: "Check that the package with the system's certificates is installed, then try again.",
                sentence_de: "Die öffentlichen Zertifizierungsstellen, die dieses Gerät kennt, konnten nicht geladen werden.",
                next_step_de: "Prüfen Sie, ob das Paket mit den Zertifikaten des Systems installiert ist, und versuchen Sie es noch einmal.",
            },
        }
    }
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        write!(
            f,
            "Could not manage your device because of an internal error ({number}). {} {}",
            self.sentence(),
            self.next_step()
        )
    }
}

impl std::error::Error for DeviceError {}

impl From<DeviceError> for u16 {
    fn from(code: DeviceError) -> Self {
        code.number()
    }
}

impl TryFrom<u16> for DeviceError {
    type Error = UnknownCode;

    fn try_from(number: u16) -> Result<Self, UnknownCode> {
        Self::from_number(number).ok_or(UnknownCode(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the seed, row by row.
    const SEED: [(u16, &str); 17] = [
        (30, "Onboarding service not reachable anymore"),
        (32, "Invalid arguments"),
        (33, "Failed to initialize EST API"),
        (34, "Failed to load trust chain"),
        (35, "Failed to load key pair"),
        (36, "Failed to load private key"),
        (37, "Failed to get CA certificates from server"),
        (38, "Failed to enroll a certificate from server"),
        (39, "Failed to retrieve the enrolled certificate"),
        (40, "Failed to convert the enrolled certificate to PEM"),
        (41, "Failed to save the enrolled certificate"),
        (42, "Failed to create a TLS context"),
        (43, "Failed to create a TLS handle"),
        (44, "Failed to establish a TCP connection"),
        (45, "Failed to establish a TLS connection"),
        (46, "Failed to verify TLS certificate chain"),
        (47, "Failed to load system trust store"),
    ];

    #[test]
    fn every_row_of_the_seed_is_here_and_no_other() {
        let ours: Vec<_> = DeviceError::ALL
            .iter()
            .map(|code| (code.number(), code.meaning()))
            .collect();
        assert_eq!(ours, SEED);
        for number in [0, 29, 31, 48, u16::MAX] {
            assert_eq!(DeviceError::from_number(number), None);
        }
    }

    #[test]
    fn every_row_says_what_happened_and_what_to_do_in_both_languages() {
        for code in DeviceError::ALL {
            let texts = [
                code.sentence(),
                code.next_step(),
                code.sentence_de(),
                code.next_step_de(),
            ];
            for text in texts {
                assert!(text.ends_with('.') && text.len() > 30, "{code:?}: {text}");
            }
            assert_ne!(code.sentence(), code.sentence_de(), "{code:?}");
            assert_eq!(DeviceError::from_number(code.number()), Some(code));
        }
    }

    #[test]
    fn it_is_shown_in_the_seeds_words_and_then_in_plain_ones() {
        let shown = DeviceError::ChainNotVerified.to_string();
        let start =
            "Could not manage your device because of an internal error (46). The server's certificate";
        assert!(shown.starts_with(start), "{shown}");
    }

    #[test]
    fn on_the_wire_it_is_its_number() {
        assert_eq!(serde_json::to_string(&DeviceError::NotEnrolled).unwrap(), "38");
        assert_eq!(
            serde_json::from_str::<DeviceError>("38").unwrap(),
            DeviceError::NotEnrolled
        );
        assert!(serde_json::from_str::<DeviceError>("31").is_err());
    }
}
