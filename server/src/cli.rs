//! The command line: serve, and what has to be done before anybody can sign in.

use std::io::Read as _;
use std::path::PathBuf;

use access::{Acting, Actor, Entropy};
use clap::{Args, Parser, Subcommand};
use domain::account::AccountDraft;
use domain::first_auth_key::FirstAuthKeyDraft;
use domain::operator::OperatorDraft;
use domain::user::{UserDraft, UserState};
use domain::{Cloud, Company, Fault, UnitId};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::startup::{self, StartError};
use crate::{config, logs, sides};

/// COSMOS: devices for people, by e-mail address.
#[derive(Parser)]
#[command(name = "cosmos", version, about)]
pub struct Cli {
    /// Configuration file; without one the defaults hold (see `cosmos config sample`).
    #[arg(long, short, global = true, env = "COSMOS_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the systems named in the configuration.
    Serve,
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Accounts of companies in the Customer Portal.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Users of the Customer Portal.
    #[command(subcommand)]
    User(UserCommand),
    /// Operators of the Customer Portal, who check registrations.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Outgoing mail.
    #[command(subcommand)]
    Mail(MailCommand),
    /// The UMS.
    #[command(subcommand)]
    Ums(UmsCommand),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print every key with its default.
    Sample,
    /// Say whether the configuration can be used.
    Check,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Create an account.
    Create {
        /// The company's name.
        #[arg(long)]
        name: String,
    },
    /// Switch an account's sign-in at its own identity provider off, so that passwords work, or on again.
    FederatedSignIn {
        /// The company's name.
        #[arg(long)]
        name: String,
        #[arg(value_enum)]
        state: Switch,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add a user to an account.
    Add {
        #[arg(long)]
        account: String,
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "")]
        first_name: String,
        #[arg(long, default_value = "")]
        last_name: String,
        /// Language of mails: en or de.
        #[arg(long, default_value = "en")]
        language: String,
        /// super-admin, account-admin, obs-admin, ums-admin, support-manager or app-portal-user; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// End a user's access and sessions.
    Deactivate {
        #[arg(long)]
        account: String,
        #[arg(long)]
        email: String,
    },
    /// Remove the second factor of a user who has lost the authenticator app and the recovery codes, and end their sessions.
    ResetSecondFactor {
        #[arg(long)]
        account: String,
        #[arg(long)]
        email: String,
    },
    /// Give a deactivated user access again.
    Restore {
        #[arg(long)]
        account: String,
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
enum OperatorCommand {
    /// Add an operator.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "")]
        name: String,
        /// Language of mails: en or de.
        #[arg(long, default_value = "en")]
        language: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Set an operator's password; ends the operator's sessions.
    Password {
        #[arg(long)]
        email: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Remove an operator and end the operator's sessions.
    Remove {
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
enum MailCommand {
    /// Send a mail now, and say what went wrong if it cannot be sent.
    Test {
        /// Who gets it.
        #[arg(long)]
        to: String,
        /// Its language: en or de.
        #[arg(long, default_value = "en")]
        language: String,
    },
}

#[derive(Subcommand)]
enum UmsCommand {
    /// The superuser.
    #[command(subcommand)]
    Superuser(SuperuserCommand),
    /// First-authentication keys, for devices that enrol without the Onboarding Service.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Devices.
    #[command(subcommand)]
    Device(DeviceCommand),
}

#[derive(Subcommand)]
enum SuperuserCommand {
    /// Set the superuser's name and password; ends the superuser's sessions.
    Set {
        #[arg(long, default_value = "superuser")]
        name: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make a key; prints the key and the communication token as JSON.
    Create {
        /// The only device that may use it.
        #[arg(long, default_value = "")]
        unit_id: String,
        /// How many devices it may enrol.
        #[arg(long, default_value = "")]
        uses: String,
        /// Days until it expires.
        #[arg(long, default_value = "")]
        days: String,
    },
}

#[derive(Subcommand)]
enum DeviceCommand {
    /// Revoke a device's certificate; it has to enrol again.
    Revoke {
        #[arg(long)]
        unit_id: String,
    },
}

#[derive(Args)]
struct PasswordArgs {
    /// Read the password from standard input. Without this a password is made and printed.
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordArgs {
    /// The password, and whether it was made here.
    fn get(&self) -> Result<(String, bool), StartError> {
        if !self.password_stdin {
            return Ok((Entropy.secret().reveal().to_owned(), true));
        }
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| StartError::Other(format!("standard input: {error}")))?;
        Ok((text.trim_end_matches(['\r', '\n']).to_owned(), false))
    }
}

impl Cli {
    pub async fn run(self) -> Result<(), StartError> {
        if rustls::crypto::aws_lc_rs::default_provider()
            .install_default()
            .is_err()
        {
            return Err(StartError::Other(
                "another cryptography provider is in place".into(),
            ));
        }
        if let Command::Config(ConfigCommand::Sample) = self.command {
            print!("{}", config::SAMPLE);
            return Ok(());
        }
        let config = Config::load(self.config.as_deref())?;
        match self.command {
            Command::Serve => {
                logs::start(&config.log);
                startup::serve(config, stopped_by_signal()).await
            }
            Command::Config(_) => {
                println!("The configuration can be used.");
                Ok(())
            }
            Command::Account(command) => account(&cloud(&config).await?, command).await,
            Command::User(command) => user(&cloud(&config).await?, command).await,
            Command::Operator(command) => operator(&cloud(&config).await?, command).await,
            Command::Mail(MailCommand::Test { to, language }) => {
                crate::test_mail::send(&config, &to, &language).await
            }
            Command::Ums(command) => ums(&company(&config).await?, command).await,
        }
    }
}

/// Cancelled by Ctrl-C or by a request to end.
#[expect(clippy::disallowed_methods, reason = "lives as long as the process")]
fn stopped_by_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => signal.recv().await,
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate => {}
        }
        told.cancel();
    });
    stop
}

async fn cloud(config: &Config) -> Result<Acting<Cloud>, StartError> {
    // Mails that a command causes lead to the portal.
    let portal = config.portal.as_ref();
    let address = portal.and_then(|portal| portal.listen.address().ok());
    let portal_url = startup::public_url(portal.map(|portal| portal.public_url.as_str()), address);
    Ok(sides::cloud(config, &portal_url, "")
        .await?
        .acting_as_unchecked(Actor::CommandLine))
}

async fn company(config: &Config) -> Result<Acting<Company>, StartError> {
    let ums = config
        .ums
        .as_ref()
        .ok_or_else(|| StartError::Other("the configuration names no [ums]".into()))?;
    let port = ums.listen.address().map_or(8443, |address| address.port());
    Ok(sides::company(config, ums, port)
        .await?
        .acting_as_unchecked(Actor::CommandLine))
}

async fn account(cloud: &Acting<Cloud>, command: AccountCommand) -> Result<(), StartError> {
    match command {
        AccountCommand::Create { name } => {
            let account = portal::accounts::create(cloud, AccountDraft { name })
                .await
                .map_err(told)?;
            println!("Account {} created.", account.name);
        }
        AccountCommand::FederatedSignIn { name, state } => {
            let account = within(cloud, &name).await?;
            let id = account
                .account()
                .ok_or_else(|| StartError::Other("no account".into()))?;
            portal::saml_idps::switch::set(cloud, id, state == Switch::On)
                .await
                .map_err(told)?;
            let word = if state == Switch::On {
                "on"
            } else {
                "off: passwords work"
            };
            println!("Sign-in at the identity provider of {name} is {word}.");
        }
    }
    Ok(())
}

async fn user(cloud: &Acting<Cloud>, command: UserCommand) -> Result<(), StartError> {
    match command {
        UserCommand::Add {
            account,
            email,
            first_name,
            last_name,
            language,
            roles,
            password,
        } => {
            let cloud = within(cloud, &account).await?;
            let (password, made) = password.get()?;
            let draft = UserDraft {
                email: email.clone(),
                first_name,
                last_name,
                language,
                roles,
            };
            portal::users::add(&cloud, draft, &password).await.map_err(told)?;
            println!("User {email} added.");
            print_made(&password, made);
        }
        UserCommand::Deactivate { account, email } => {
            portal::users::set_state(&within(cloud, &account).await?, &email, UserState::Deactivated)
                .await
                .map_err(told)?;
            println!("User {email} deactivated.");
        }
        UserCommand::ResetSecondFactor { account, email } => {
            portal::second_factor::reset(&within(cloud, &account).await?, &email)
                .await
                .map_err(told)?;
            println!("The second factor of {email} is removed.");
        }
        UserCommand::Restore { account, email } => {
            portal::users::set_state(&within(cloud, &account).await?, &email, UserState::Active)
                .await
                .map_err(told)?;
            println!("User {email} restored.");
        }
    }
    Ok(())
}

async fn operator(cloud: &Acting<Cloud>, command: OperatorCommand) -> Result<(), StartError> {
    match command {
        OperatorCommand::Add {
            email,
            name,
            language,
            password,
        } => {
            let (password, made) = password.get()?;
            let draft = OperatorDraft {
                email: email.clone(),
                name,
                language,
            };
            portal::operators::add(cloud, draft, &password)
                .await
                .map_err(told)?;
            println!("Operator {email} added.");
            print_made(&password, made);
        }
        OperatorCommand::Password { email, password } => {
            let (password, made) = password.get()?;
            portal::operators::set_password(cloud, &email, &password)
                .await
                .map_err(told)?;
            println!("The password of operator {email} is set.");
            print_made(&password, made);
        }
        OperatorCommand::Remove { email } => {
            portal::operators::remove(cloud, &email).await.map_err(told)?;
            println!("Operator {email} removed.");
        }
    }
    Ok(())
}

async fn within(cloud: &Acting<Cloud>, name: &str) -> Result<Acting<Cloud>, StartError> {
    let account = portal::accounts::find_unscoped(cloud, name).await.map_err(told)?;
    let account = account.ok_or_else(|| StartError::Other(format!("there is no account called {name}")))?;
    Ok(cloud.within(account.id))
}

async fn ums(company: &Acting<Company>, command: UmsCommand) -> Result<(), StartError> {
    match command {
        UmsCommand::Superuser(SuperuserCommand::Set { name, password }) => {
            let (password, made) = password.get()?;
            ums::administrators::set_superuser(company, &name, &password)
                .await
                .map_err(told)?;
            println!("The superuser is {name}.");
            print_made(&password, made);
        }
        UmsCommand::Key(KeyCommand::Create { unit_id, uses, days }) => {
            let draft = FirstAuthKeyDraft { unit_id, uses, days };
            let made = ums::first_auth_keys::make_by_command_line(company, draft)
                .await
                .map_err(told)?;
            let text =
                serde_json::to_string_pretty(&made).map_err(|error| StartError::Other(error.to_string()))?;
            println!("{text}");
        }
        UmsCommand::Device(DeviceCommand::Revoke { unit_id }) => {
            let unit = UnitId::parse(&unit_id)
                .map_err(|reason| StartError::Other(app::reason_in_english(&reason)))?;
            let device = ums::devices::find(company, &unit).await.map_err(told)?;
            let device = device.ok_or_else(|| StartError::Other(format!("there is no device {unit}")))?;
            ums::devices::revoke(company, device).await.map_err(told)?;
            println!("The certificate of {unit_id} is revoked.");
        }
    }
    Ok(())
}

fn print_made(password: &str, made: bool) {
    if made {
        println!("Password: {password}");
    }
}

/// A refusal in words for a terminal.
fn told(error: access::Error) -> StartError {
    let text = match error {
        access::Error::Fault(Fault::Invalid(invalid)) => {
            let lines = invalid.fields.iter().map(|fault| {
                format!(
                    "{}: {}",
                    fault.field.replace('_', " "),
                    app::reason_in_english(&fault.reason)
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        access::Error::Fault(Fault::NotFound) => "there is no such thing".to_owned(),
        access::Error::Fault(fault) => format!("{fault:?}"),
        internal @ access::Error::Internal(_) => return StartError::Access(internal),
    };
    StartError::Other(text)
}
