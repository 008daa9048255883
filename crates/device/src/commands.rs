//! From the command line to what is done.

use serde_json::json;

use crate::agent::Agent;
use crate::cli::{After, Cli, Command, Enroll, Many, Onboard};
use crate::clock;
use crate::enrol::{self, Server};
use crate::est::Proof;
use crate::failure::Result;
use crate::first_look;
use crate::fleet::{self, Fleet};
use crate::onboard::{self, Pace, Service, Wish};
use crate::report::Reporter;
use crate::state::{Enrolment, Folder, Identity, Wanted};
use crate::stop::{self, Stop};

/// Runs one command to its end.
pub async fn run(cli: Cli, report: &Reporter) -> Result<()> {
    // What is kept must not be changed by an address that cannot be used.
    let wanted = cli.identity.wanted();
    match cli.command {
        Command::Onboard(options) => onboard(&cli.state, &wanted, options, report).await,
        Command::Enroll(options) => enroll(&cli.state, &wanted, &options, report).await,
        Command::Run(options) => {
            let folder = Folder::open(&cli.state)?;
            let identity = Identity::load_or_make(&folder, &wanted)?;
            stay(folder, identity, options.attempts, report).await
        }
        Command::Fleet(options) => many(&cli.state, wanted, options, report).await,
        Command::Info => info(&cli.state, &wanted, report),
    }
}

async fn onboard(
    state: &std::path::Path,
    wanted: &Wanted,
    options: Onboard,
    report: &Reporter,
) -> Result<()> {
    let service = Service::new(&options.obs, options.ca.as_deref())?;
    let folder = Folder::open(state)?;
    let identity = Identity::load_or_make(&folder, wanted)?;
    if is_new(&folder, &identity, options.after, report)? {
        let wish = Wish {
            email: options.email,
            structure_tag: options.structure_tag,
        };
        let enrolment =
            onboard::onboard(&folder, &identity, &service, &wish, Pace::default(), report).await?;
        enrolled(&identity, &enrolment, report);
    }
    then(folder, identity, options.after, report).await
}

async fn enroll(state: &std::path::Path, wanted: &Wanted, options: &Enroll, report: &Reporter) -> Result<()> {
    let folder = Folder::open(state)?;
    let identity = Identity::load_or_make(&folder, wanted)?;
    if is_new(&folder, &identity, options.after, report)? {
        let address = options.join.address();
        let trust = first_look::find(&address, &options.join.token, clock::now()).await?;
        let server = Server {
            enrolment: address.clone(),
            management: address,
            trust,
        };
        let proof = Proof::Key(identity.unit_id.clone(), options.join.key.clone());
        let enrolment = enrol::enrol(&folder, &identity, &server, &proof, None).await?;
        enrolled(&identity, &enrolment, report);
    }
    then(folder, identity, options.after, report).await
}

/// Whether there is something to do: a device that is enrolled stays so, unless it is told otherwise.
fn is_new(folder: &Folder, identity: &Identity, after: After, report: &Reporter) -> Result<bool> {
    match Enrolment::load(folder)?.filter(|_| !after.again) {
        None => Ok(true),
        Some(enrolment) => {
            report.say("This device is enrolled already; --again enrols it anew.");
            enrolled(identity, &enrolment, report);
            Ok(false)
        }
    }
}

fn enrolled(identity: &Identity, enrolment: &Enrolment, report: &Reporter) {
    let server = enrolment.management.to_string();
    let sentence = format!("Enrolled: {} is managed by {server}.", identity.unit_id);
    report.event(
        "enrolled",
        json!({ "unit_id": identity.unit_id.as_str(), "server": server }),
        &sentence,
    );
}

async fn then(folder: Folder, identity: Identity, after: After, report: &Reporter) -> Result<()> {
    if after.run {
        stay(folder, identity, None, report).await
    } else {
        Ok(())
    }
}

async fn stay(folder: Folder, identity: Identity, attempts: Option<u32>, report: &Reporter) -> Result<()> {
    let mut agent = Agent::load(folder, identity, report.clone())?;
    until_asked(|stop| async move { agent.run(stop, attempts, &|| {}).await }).await
}

async fn many(state: &std::path::Path, wanted: Wanted, options: Many, report: &Reporter) -> Result<()> {
    let folder = Folder::open(state)?;
    let address = options.join.address();
    // Each device has a Unit ID and a MAC address of its own.
    let wanted = Wanted {
        unit_id: None,
        mac: None,
        ..wanted
    };
    let fleet = Fleet {
        count: options.count,
        address,
        key: options.join.key,
        token: options.join.token,
        wanted,
    };
    until_asked(|stop| fleet::run(fleet, folder, report.clone(), stop)).await
}

/// Runs something that goes on for ever, until the process is asked to end.
async fn until_asked<F: Future<Output = Result<()>>>(work: impl FnOnce(Stop) -> F) -> Result<()> {
    let (stopper, stop) = stop::pair();
    let mut work = std::pin::pin!(work(stop));
    tokio::select! {
        result = &mut work => return result,
        () = stop::asked() => stopper.stop(),
    }
    work.await
}

fn info(state: &std::path::Path, wanted: &Wanted, report: &Reporter) -> Result<()> {
    let folder = Folder::open(state)?;
    let identity = Identity::load_or_make(&folder, wanted)?;
    let mut fields = json!({
        "unit_id": identity.unit_id.as_str(),
        "mac": identity.mac,
        "product": identity.product,
        "version": identity.version,
        "name": identity.name,
        "enrolled": false,
    });
    let mut lines = vec![
        format!("Unit ID      {}", identity.unit_id),
        format!("MAC address  {}", identity.mac),
        format!("Product      {} {}", identity.product, identity.version),
    ];
    if let Some(enrolment) = Enrolment::load(&folder)? {
        let certificate = enrolment.certificate(&folder.key()?)?;
        let (server, print) = (
            enrolment.management.to_string(),
            certificate.fingerprint().to_string(),
        );
        lines.push(format!("UMS          {server}"));
        lines.push(format!(
            "Certificate  {print}, until {}",
            certificate.not_after().date()
        ));
        if let Some(person) = &enrolment.onboarded_by {
            lines.push(format!("Onboarded by {person}"));
        }
        let more = json!({ "enrolled": true, "server": server, "fingerprint": print, "onboarded_by": enrolment.onboarded_by });
        if let (Some(fields), serde_json::Value::Object(more)) = (fields.as_object_mut(), more) {
            fields.extend(more);
        }
    } else {
        lines.push("Not enrolled".to_owned());
    }
    report.event("info", fields, &lines.join("\n"));
    Ok(())
}
