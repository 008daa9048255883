use leptos::prelude::*;

use crate::{
    Button, ButtonKind, Cell, Chip, Direction, Glyph, HeadCell, Pager, Row, SearchBox, SelectAllCell,
    SelectCell, SortCell, Spacer, StateMark, Table, Tone, Tools, Tree, TreeBranch, TreeLeaf,
};

const DEVICES: [(&str, Tone, &str, &str, &str); 5] = [
    (
        "ITC005056938D22",
        Tone::Good,
        "online",
        "user1@contoso.example",
        "192.168.30.101",
    ),
    (
        "ITC00E0C561FAF7",
        Tone::Good,
        "online",
        "user2@contoso.example",
        "192.168.30.104",
    ),
    (
        "ITC005056930CAD",
        Tone::Neutral,
        "offline",
        "super.admin@contoso.example",
        "192.168.30.106",
    ),
    (
        "ITC884CC299B848",
        Tone::Warn,
        "update failed",
        "user3@contoso.example",
        "10.20.7.15",
    ),
    (
        "ITC0050569356CB",
        Tone::Bad,
        "wants to return",
        "user5@contoso.example",
        "10.20.9.44",
    ),
];

#[component]
pub(super) fn Lists() -> impl IntoView {
    let row = |(at, (name, tone, state, user, address)): (
        usize,
        (&'static str, Tone, &'static str, &'static str, &'static str),
    )| {
        view! {
            <Row selected=at == 0>
                <SelectCell value=name label=format!("Select {name}") checked=at == 0/>
                <Cell label="Name" main=true>
                    <a href="#device">{name}</a>
                </Cell>
                <Cell label="State">
                    <StateMark tone text=state/>
                </Cell>
                <Cell label="Onboarded by">{user}</Cell>
                <Cell label="Last known IP" num=true>
                    <code>{address}</code>
                </Cell>
                <Cell label="Version">"IGEL OS 12.4.1"</Cell>
            </Row>
        }
    };
    view! {
        <section class="card split split--plain">
            <Tree label="Directories">
                <TreeBranch label="All devices" href="#all" count="0/1,284" open=true>
                    <TreeBranch label="Augsburg" href="#augsburg" count="214/640" open=true current=true>
                        <TreeLeaf label="Warehouse" href="#warehouse" count="302/302"/>
                        <TreeLeaf label="Reception" href="#reception" count="124/124"/>
                    </TreeBranch>
                    <TreeBranch label="Bremen" href="#bremen" count="402/402">
                        <TreeLeaf label="Harbour" href="#harbour"/>
                    </TreeBranch>
                </TreeBranch>
                <TreeLeaf label="Recycle bin" href="#bin" count="7"/>
            </Tree>
            <div class="split__list">
                <Tools>
                    <SearchBox id="l-search" action="#" label="Search devices" value="augs"/>
                    <Chip label="Version" value="12.3 or older" remove="#less"/>
                    <Spacer/>
                    <span class="faint num">"1 selected · " <a href="#all">"all 640 matching"</a></span>
                    <Button kind=ButtonKind::Quiet small=true icon=Glyph::Columns>"Columns"</Button>
                </Tools>
                <Table
                    caption="Devices"
                    head=|| {
                        view! {
                            <SelectAllCell label="Select all rows of this page" checked=false on_change=|_| ()/>
                            <SortCell label="Name" href="#name" sorted=Some(Direction::Ascending)/>
                            <SortCell label="State" href="#state"/>
                            <HeadCell label="Onboarded by"/>
                            <HeadCell label="Last known IP"/>
                            <SortCell label="Version" href="#version"/>
                        }
                    }
                >
                    {DEVICES.into_iter().enumerate().map(row).collect_view()}
                </Table>
                <Pager summary="Rows 1 - 5 of 640" next=Some("#next".to_owned())>
                    <StateMark tone=Tone::Good text="live"/>
                </Pager>
            </div>
        </section>
    }
}
