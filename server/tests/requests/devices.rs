use access::Actor;
use store::{args, sql};

use crate::stage::company::{administrator, connect, device};
use crate::stage::{Call, Stage, ums_cookie};

const REBOOT_DEVICES: &str = "/wums-app/api/app/api/ums/devices/reboot_devices";
const PAGE: &str = "/webapp/devices/reboot";

async fn commands(stage: &Stage) -> i64 {
    let acting = stage.company.services.acting_as_unchecked(Actor::System("test"));
    let mut tx = acting.read().await.unwrap();
    tx.scalar(sql!("select count(*) from commands"), args![])
        .await
        .unwrap()
}

#[tokio::test]
async fn found_devices_are_rebooted_without_script_by_whoever_may() {
    let stage = Stage::open().await;
    let known = device(&stage.company, "00E0C54A1B2C").await;
    let _online = connect(&stage.company, known.id);
    let powerless = administrator(&stage.company).await;
    for (holder, location, queued) in [(powerless, PAGE, 0), (stage.superuser, "/webapp/devices", 1)] {
        let session = stage.ums_session(holder).await;
        let form = Call::submit(REBOOT_DEVICES).form(&[("search", "00E0C54A")]);
        let reply = stage.call(form.cookie(ums_cookie(&session))).await;
        assert_eq!((reply.status, reply.header("location")), (303, location));
        assert_eq!(commands(&stage).await, queued);
    }
}

#[tokio::test]
async fn the_page_asks_only_where_something_was_found() {
    let stage = Stage::open().await;
    device(&stage.company, "00E0C54A1B2C").await;
    let session = stage.ums_session(stage.superuser).await;
    for (search, asks) in [("00E0C54A", true), ("nothing", false)] {
        let page = Call::get(format!("{PAGE}?q={search}")).header("accept", "text/html");
        let reply = stage.call(page.cookie(ums_cookie(&session))).await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.body.contains(&format!("value=\"{search}\"")),
            asks,
            "{search}"
        );
        assert_eq!(
            reply.body.contains("Nothing matches your search"),
            !asks,
            "{search}"
        );
    }
}
