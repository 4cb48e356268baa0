"""Who writes in the demo publication, about what, and when. Nobody named here exists."""

from datetime import UTC, datetime

from blog.demo.shapes import Author, LeadPhoto, Page, Post, Publication, Region

PUBLICATION = Publication(
    presenter="The Pacific Desk Presents",
    name="Asia Unbound",
    tagline="Fellows and guests on the rivers, borders, and bargains that are shaping Asia.",
)

REGIONS = (
    Region("asia", "Asia", None, "Questions that no single part of the continent can settle alone."),
    Region("east-asia", "East Asia", "asia", "Aging societies, crowded seas, and the factories in between."),
    Region(
        "korean-peninsula",
        "Korean Peninsula",
        "east-asia",
        "One peninsula, two states, and the neighbors who plan around both.",
    ),
    Region("southeast-asia", "Southeast Asia", "asia", "Eleven countries, and the habit of deciding by consensus."),
    Region(
        "mainland-southeast-asia",
        "Mainland Southeast Asia",
        "southeast-asia",
        "The Mekong, its neighbors, and the roads and wires that now join them.",
    ),
    Region(
        "maritime-southeast-asia",
        "Maritime Southeast Asia",
        "southeast-asia",
        "Straits, islands, fisheries, and the trade that passes between them.",
    ),
    Region("south-asia", "South Asia", "asia", "The most populous subcontinent and its least used borders."),
    Region(
        "bay-of-bengal",
        "Bay of Bengal",
        "south-asia",
        "Where the monsoon comes ashore, and where South Asia meets Southeast Asia.",
    ),
    Region("himalaya", "The Himalaya", "south-asia", "High farms, old glaciers, and the rivers that begin there."),
    Region("central-asia", "Central Asia", "asia", "Landlocked, well connected on paper, and increasingly in fact."),
)

AUTHORS = (
    Author(
        slug="saskia-van-der-molengraaf",
        family="Molengraaf",
        given="Saskia",
        particle="van der",
        role="Senior Fellow for Southeast Asia",
        biography="Saskia van der Molengraaf writes about rivers, food, and the governments that share them.",
    ),
    Author(
        slug="edwin-halloran-jr",
        family="Halloran",
        given="Edwin R.",
        suffix="Jr.",
        role="Adjunct Fellow for Trade and Transport",
        biography="Edwin R. Halloran Jr. spent two decades in freight forwarding before he began to write about it.",
    ),
    Author(
        slug="moon-hae-rin",
        family="Moon",
        given="Hae-rin",
        family_first=True,
        role="Fellow for Northeast Asia",
        biography="Moon Hae-rin studies how societies in Northeast Asia plan for a smaller and older population.",
    ),
    Author(
        slug="farzana-quaderi",
        family="Quaderi",
        given="Farzana",
        role="Guest Contributor",
        biography="Farzana Quaderi teaches coastal planning and has worked on storm warnings around the Bay of Bengal.",
    ),
    Author(
        slug="river-calendar-project",
        family="River Calendar Project",
        is_organisation=True,
        role="Research group",
        biography="The River Calendar Project records what people along shared rivers expect of each month.",
    ),
)

POSTS = (
    Post(
        slug="one-river-many-calendars",
        title="One River, Many Calendars",
        short_title="One River, Many Calendars",
        summary="Everyone along the Mekong plans by the water. The trouble is that they no longer share a calendar.",
        authors=("saskia-van-der-molengraaf",),
        regions=("mainland-southeast-asia",),
        published_at=datetime(2019, 4, 9, 14, 30, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="river",
            alt="A wide brown river bends between dark hills at sunrise; two narrow boats cross it.",
            caption="Early light on a river that several countries plan by.",
        ),
    ),
    Post(
        slug="the-quiet-arithmetic-of-a-strait",
        title="The Quiet Arithmetic of a Strait",
        short_title="Arithmetic of a Strait",
        summary="A narrow sea lane is safe because many small arrangements hold. "
        "None of them is a treaty, and that is worth understanding before anyone tries to write one.",
        authors=("edwin-halloran-jr",),
        regions=("maritime-southeast-asia", "southeast-asia"),
        published_at=datetime(2019, 11, 21, 13, 0, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="strait",
            alt="Container ships and small boats in silhouette pass through a strait between hilly shores at sunset.",
            caption="Traffic in both directions: most of what makes a strait work is courtesy written down.",
        ),
    ),
    Post(
        slug="when-the-grid-crosses-the-border",
        title="When the Grid Crosses the Border, Who Keeps the Lights On?",
        short_title="When the Grid Crosses the Border",
        summary="Neighbors in Asia trade more electricity than they used to. "
        "The wires are the easy part; a table of who carries which risk explains the rest.",
        authors=("edwin-halloran-jr", "saskia-van-der-molengraaf"),
        regions=("mainland-southeast-asia", "south-asia"),
        published_at=datetime(2021, 2, 25, 15, 15, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="grid",
            alt="",
            caption="A line across a border is one contract with two keepers.",
            is_decorative=True,
        ),
    ),
    Post(
        slug="the-last-bus-to-the-terraced-town",
        title="The Last Bus to the Terraced Town: Growing Older in Northeast Asia",
        short_title="The Last Bus to the Terraced Town",
        summary="Aging is usually told as a story about pensions. "
        "Seen from a hillside bus stop, it is a story about distance.",
        authors=("moon-hae-rin",),
        regions=("east-asia", "korean-peninsula"),
        published_at=datetime(2021, 10, 7, 12, 45, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="skyline",
            alt="A city skyline at night under a full moon; many windows are lit by the water, few on the hill.",
            caption="The lights have moved downhill, toward the station and the water.",
        ),
    ),
    Post(
        slug="who-reads-the-monsoon",
        title="Who Reads the Monsoon?",
        short_title="Who Reads the Monsoon?",
        summary="Forecasts around the Bay of Bengal have become very good. "
        "The last few miles, from the forecast to a decision at the shore, have not kept up.",
        authors=("farzana-quaderi",),
        for_author="saskia-van-der-molengraaf",
        guest_line="Farzana Quaderi is a coastal planner and teacher. "
        "Saskia van der Molengraaf invited her to write this guest post.",
        regions=("bay-of-bengal",),
        published_at=datetime(2022, 8, 30, 14, 0, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="monsoon",
            alt="A stylized weather chart: bands of cloud and arrows turn around a storm’s eye beside a pale coast.",
            caption="The chart is the easy part: bands of cloud on their way to the head of a bay.",
        ),
    ),
    Post(
        slug="the-long-way-round",
        title="The Long Way Round: What a Railway Across Central Asia Can and Cannot Do",
        short_title="The Long Way Round",
        summary="Rail corridors across Central Asia are back in fashion. Before drawing more lines on the map, "
        "it helps to follow one box from a factory gate to a market, stop by stop.",
        authors=("edwin-halloran-jr",),
        regions=("central-asia", "asia"),
        published_at=datetime(2023, 5, 16, 13, 30, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="rail",
            alt="A freight train crosses a tall viaduct in front of range after range of blue, snowy mountains.",
            caption="Distance is the smaller problem: a freight line through the mountains.",
        ),
    ),
    Post(
        slug="terraces-and-treaties",
        title="Terraces and Treaties",
        short_title="Terraces and Treaties",
        summary="High farms live by meltwater that arrives on no diplomat’s schedule. "
        "Three of us asked what an agreement would look like if it began with the farm.",
        authors=("farzana-quaderi", "saskia-van-der-molengraaf", "moon-hae-rin"),
        regions=("himalaya", "south-asia"),
        published_at=datetime(2024, 3, 5, 14, 20, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="terraces",
            alt="Green terraces filled with water step down a hillside in curves and mirror a pale morning sky.",
            caption="Each step is an agreement with the step below it.",
        ),
    ),
    Post(
        slug="how-we-drew-the-river-calendar",
        title="How We Drew the River Calendar",
        short_title="How We Drew the River Calendar",
        summary="A note on method: whom we asked, what we left out, and how to read a chart made of expectations.",
        authors=("river-calendar-project",),
        regions=("mainland-southeast-asia", "bay-of-bengal"),
        published_at=datetime(2024, 10, 22, 12, 0, tzinfo=UTC),
    ),
    Post(
        slug="cables-under-a-crowded-sea",
        title="Cables Under a Crowded Sea",
        short_title="Cables Under a Crowded Sea",
        summary="When a cable breaks, the hard question is seldom who broke it. It is who may repair it, and how soon.",
        authors=("moon-hae-rin", "edwin-halloran-jr"),
        regions=("east-asia", "maritime-southeast-asia"),
        published_at=datetime(2025, 7, 15, 13, 10, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="cables",
            alt="A repair ship on a blue sea, seen in section, above glowing cables that cross on the uneven floor.",
            caption="Most of what crosses this sea never touches its surface.",
        ),
    ),
    Post(
        slug="a-delta-learns-to-live-with-salt",
        title="A Delta Learns to Live With Salt",
        short_title="A Delta Learns to Live With Salt",
        summary="Farmers at the mouth of a great river are changing what they grow, and when, faster than "
        "the plans made for them. Governments should follow their lead, with open eyes for what it costs.",
        authors=("saskia-van-der-molengraaf",),
        regions=("mainland-southeast-asia", "southeast-asia"),
        published_at=datetime(2026, 11, 10, 14, 5, tzinfo=UTC),
        lead_photo=LeadPhoto(
            name="delta",
            alt="Seen from above at dusk, the channels of a river delta branch through dark land toward an orange sea.",
            caption="Where the river ends is a matter of season.",
        ),
    ),
    Post(
        slug="the-summit-seasons-unfinished-sentence",
        title="The Summit Season’s Unfinished Sentence",
        short_title="The Summit Season’s Unfinished Sentence",
        summary="Every autumn the region’s leaders publish long statements. "
        "The most useful line is often the one they could not finish.",
        authors=("moon-hae-rin",),
        regions=("asia", "southeast-asia"),
        days_from_loading=3,
        lead_photo=LeadPhoto(
            name="summit",
            alt="Steep limestone peaks rise one behind another out of mist under a pale sun.",
            caption="From far away the summits look closer together than they are.",
        ),
    ),
    Post(
        slug="notes-toward-a-fair-fishery",
        title="Notes Toward a Fair Fishery",
        short_title="Notes Toward a Fair Fishery",
        summary="Fish do not read maps. An agreement about them should begin with what the boats already know.",
        authors=("saskia-van-der-molengraaf",),
        regions=("maritime-southeast-asia",),
        lead_photo=LeadPhoto(
            name="fishery",
            alt="Small fishing boats with lamps float on a calm sea before dawn; each lamp is mirrored in the water.",
            caption="Lamps before dawn.",
        ),
    ),
)

PAGES = (Page("about", "About"), Page("corrections", "Corrections"))
