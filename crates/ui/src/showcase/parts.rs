use leptos::prelude::*;

use crate::{
    Button, ButtonKind, ButtonLink, Card, Chain, ChainLink, CloseDialog, Copyable, Dialog, DialogLink,
    EmptyState, ErrorPage, Fact, Facts, Fingerprint, Glyph, Icon, LiveRegion, Menu, MessageList, Note,
    OpenDialog, Progress, Skeleton, StateMark, Step, StepState, Steps, Tab, Tabs, Tile, Tiles, ToastStack,
    Tone, use_toasts,
};

const FINGERPRINT: &str =
    "b4:6c:1f:90:22:7a:e0:41:9d:55:0c:b8:73:3e:aa:14:6f:02:c9:5d:81:27:f3:60:de:4b:98:35:11:7c:3d:02";

#[component]
pub(super) fn Parts() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="two">
            <div class="stack">
                <Buttons/>
                <Card title="Set up onboarding" flush=true actions=|| view! { <span class="faint num">"2 of 4 done"</span> }>
                    <Steps>
                        <Step state=StepState::Done number=1 title="Activate IGEL OS Onboarding">"by you, 12 November"</Step>
                        <Step state=StepState::Done number=2 title="Register the UMS">"UMS Augsburg, expires 9 April 2042"</Step>
                        <Step
                            state=StepState::Now
                            number=3
                            title="Check the route"
                            action=|| view! { <ButtonLink href="#" kind=ButtonKind::Primary small=true>"Open route doctor"</ButtonLink> }
                        >
                            "The UMS does not answer on port 8443 from here."
                        </Step>
                        <Step
                            state=StepState::Later
                            number=4
                            title="Onboard the first device"
                            action=|| view! { <ButtonLink href="#" small=true>"Try it"</ButtonLink> }
                        >
                            "or try it with the built-in test device"
                        </Step>
                    </Steps>
                </Card>
                <Card title="Certificate chain" actions=|| view! { <Button small=true icon=Glyph::Upload>"Upload"</Button> }>
                    <Chain>
                        <ChainLink subject="Contoso Root CA" role="root · self-signed · EC P-384" expiry="until 2042" tone=Tone::Good>
                            <Fingerprint value=FINGERPRINT label="Fingerprint of Contoso Root CA"/>
                        </ChainLink>
                        <ChainLink subject="Contoso Issuing CA 3" role="intermediate · missing in this file" expiry="missing" tone=Tone::Bad missing=true/>
                        <ChainLink subject="ums.contoso.example" role="server · the host shows this one now" expiry="71 days left" tone=Tone::Warn/>
                    </Chain>
                    <p class="soft">"Found 4 blocks in your file: sorted them, dropped one duplicate."</p>
                </Card>
            </div>
            <div class="stack">
                <Card title="States">
                    <div class="acts">
                        <StateMark text="offline"/>
                        <StateMark tone=Tone::Info text="waiting"/>
                        <StateMark tone=Tone::Good text="online"/>
                        <StateMark tone=Tone::Warn text="12 days left"/>
                        <StateMark tone=Tone::Bad text="error 46"/>
                    </div>
                    <Progress done=412u64 of=1284u64 label="412 of 1,284 devices"/>
                </Card>
                <Note title="Route doctor"><p>"Checks name, port, TLS 1.3 and chain as soon as the fields are valid."</p></Note>
                <Note tone=Tone::Good title="The test sign-in passed."/>
                <Note tone=Tone::Warn title="The client secret of Entra ID ends on 3 December.">
                    <p>"Make a new one in Entra ID, then choose " <a href="#secret">"Update client secret"</a> "."</p>
                </Note>
                <Note tone=Tone::Bad title="This UMS is not registered."><p>"Register it under UMS Registration, then try again."</p></Note>
                <Note tone=Tone::Neutral><p>"Nothing was changed."</p></Note>
                <Card title="ITC005056938D22" actions=|| view! { <StateMark tone=Tone::Good text="online"/> }>
                    <Tabs label="Device" items=vec![Tab::new("System", "#s"), Tab { href: "#a".into(), label: "Apps".into(), count: Some("12".into()) }, Tab::new("History", "#h")] current="#s"/>
                    <Facts>
                        <Fact label="Unit ID"><Copyable text="005056938D22" label="Unit ID"/></Fact>
                        <Fact label="Onboarded by"><a href="#user">"user1@contoso.example"</a></Fact>
                        <Fact label="Certificate">"until 12 Nov 2027 · EC P-256"</Fact>
                        <Fact label="Redirect URI"><Copyable text="https://obs.contoso.example/auth/callback" label="Redirect URI"/></Fact>
                    </Facts>
                </Card>
                <Card title="Messages"><MessageList/></Card>
            </div>
        </div>
        <Tiles>
            <Tile label="Devices online" value="1,241" href="#devices"><span class="soft num">"of 1,284"</span></Tile>
            <Tile label="Onboarded this week" value="86"><StateMark tone=Tone::Good text="99 % at first try"/></Tile>
            <Tile label="Users" value="25"><span class="soft num">"3 invitations pending"</span></Tile>
            <Tile label="Cases" value="3"><StateMark tone=Tone::Warn text="1 waits for you"/></Tile>
        </Tiles>
        <div class="two">
            <Card>
                <EmptyState
                    icon=Glyph::Route
                    title="No routing records yet"
                    text="A routing record tells the onboarding service which UMS a device belongs to, by its user's e-mail or domain."
                >
                    <ButtonLink href="#" kind=ButtonKind::Primary>"Register"</ButtonLink>
                </EmptyState>
            </Card>
            <Card title="Fetching" flush=true><Skeleton rows=4/></Card>
        </div>
        <Card>
            <ErrorPage code="404" title="There is no such page" text="It was moved or deleted, or you may not see it.">
                <ButtonLink href="/">"Home"</ButtonLink>
            </ErrorPage>
        </Card>
        <Card title="Icons"><div class="showcase__glyphs">{Glyph::ALL.iter().map(|glyph| view! { <Icon glyph=*glyph/> }).collect_view()}</div></Card>
        <LiveRegion text="Showcase"/>
        <div class="acts"><Button on:click=move |_| toasts.offer(Tone::Good, "Routing record deleted.", "Undo", "#undo")>"Say something"</Button></div>
        <ToastStack/>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <Card title="Buttons">
            <div class="acts">
                <Button kind=ButtonKind::Primary>"Submit"</Button>
                <Button icon=Glyph::Plus>"Add device"</Button>
                <Button kind=ButtonKind::Quiet>"Cancel"</Button>
                <Button kind=ButtonKind::Danger icon=Glyph::Trash>"Delete"</Button>
                <Button kind=ButtonKind::Primary busy=true>"Saving"</Button>
                <Button disabled=true>"Disabled"</Button>
                <ButtonLink href="#link">"Link"</ButtonLink>
            </div>
            <div class="acts">
                <Button kind=ButtonKind::Primary small=true>"Small"</Button>
                <Button small=true icon=Glyph::Refresh>"Refresh"</Button>
                <Button kind=ButtonKind::Quiet small=true icon=Glyph::Columns>"Columns"</Button>
                <Menu id="show-menu" label="More" small=true>
                    <li><a href="#shadow">"Shadow"</a></li>
                    <li><a href="#reboot">"Reboot"</a></li>
                    <li><button class="button--danger" type="button">"Delete"</button></li>
                </Menu>
                <OpenDialog dialog="show-dialog" small=true>"Open dialog"</OpenDialog>
                <DialogLink dialog="show-dialog" href="#page" small=true>"Dialog or page"</DialogLink>
            </div>
            <Dialog
                id="show-dialog"
                title="Delete 3 routing records?"
                actions=|| {
                    view! {
                        <Button kind=ButtonKind::Danger>"Delete 3 routing records"</Button>
                        <CloseDialog dialog="show-dialog">"Cancel"</CloseDialog>
                    }
                }
            >
                <p>"Devices of contoso.example will no longer find their UMS. You can restore the records for 30 days."</p>
            </Dialog>
        </Card>
    }
}
