"""The recipe of the United Kingdom: nation, English region, metropolitan county, council, city or ward."""

from __future__ import annotations

from collections import defaultdict

from tools.places.recipe import Area, Place, Recipe, Sources, Unit, city_places

NATIONS = {
    "England": ("gb-eng", {"en": "England", "fr": "Angleterre"}),
    "Scotland": ("gb-sct", {"en": "Scotland", "fr": "Écosse"}),
    "Wales": ("gb-wls", {"en": "Wales", "fr": "Pays de Galles", "cy": "Cymru"}),
    "Northern Ireland": ("gb-nir", {"en": "Northern Ireland", "fr": "Irlande du Nord"}),
}
REGIONS = {
    "North East": ("gb-eng-ne", {"en": "North East"}),
    "North West": ("gb-eng-nw", {"en": "North West"}),
    "Yorkshire and the Humber": ("gb-eng-yh", {"en": "Yorkshire and the Humber"}),
    "East Midlands": ("gb-eng-em", {"en": "East Midlands"}),
    "West Midlands": ("gb-eng-wm", {"en": "West Midlands"}),
    "East": ("gb-eng-ee", {"en": "East of England"}),
    "Greater London": ("gb-eng-lnd", {"en": "Greater London", "fr": "Grand Londres"}),
    "South East": ("gb-eng-se", {"en": "South East"}),
    "South West": ("gb-eng-sw", {"en": "South West"}),
}
COUNTIES = {
    "Tyne and Wear": ("gb-eng-taw", "gb-eng-ne", "Tyne and Wear"),
    "Greater Manchester": ("gb-eng-gmn", "gb-eng-nw", "Greater Manchester"),
    "Merseyside": ("gb-eng-mer", "gb-eng-nw", "Merseyside"),
    "South Yorkshire": ("gb-eng-syk", "gb-eng-yh", "South Yorkshire"),
    "West Yorkshire": ("gb-eng-wyk", "gb-eng-yh", "West Yorkshire"),
    "West Midlands": ("gb-eng-wmd", "gb-eng-wm", "West Midlands (county)"),
}
WIGAN = "GBR-5677"  # Natural Earth counts it to Merseyside; it is in Greater Manchester

# Natural Earth's slips and short forms, by ISO 3166-2.
NAMES = {
    "GB-AGY": "Isle of Anglesey",
    "GB-DUR": "County Durham",
    "GB-LND": "City of London",
    "GB-NAY": "North Ayrshire",
    "GB-ORK": "Orkney Islands",
    "GB-PKN": "Perth and Kinross",
    "GB-RCT": "Rhondda Cynon Taf",
    "GB-SHN": "St Helens",
    "GB-WNM": "Windsor and Maidenhead",
    "GB-WRL": "Wirral",
}
WELSH = {"GB-CRF": "Caerdydd", "GB-NWP": "Casnewydd", "GB-SWA": "Abertawe", "GB-WRX": "Wrecsam"}

# Councils since 2015 out of the districts Natural Earth still draws (Belfast's edge moved a little: approximate).
NORTHERN_IRELAND = {
    "gb-abc": ("Armagh City, Banbridge and Craigavon", "ARM BNB CGV"),
    "gb-and": ("Ards and North Down", "ARD NDN"),
    "gb-ann": ("Antrim and Newtownabbey", "ANT NTA"),
    "gb-bfs": ("Belfast", "BFS"),
    "gb-ccg": ("Causeway Coast and Glens", "BLY CLR LMV MYL"),
    "gb-drs": ("Derry City and Strabane", "DRY STB"),
    "gb-fmo": ("Fermanagh and Omagh", "FER OMH"),
    "gb-lbc": ("Lisburn and Castlereagh", "CSR LSB"),
    "gb-mea": ("Mid and East Antrim", "BLA CKF LRN"),
    "gb-mul": ("Mid Ulster", "CKT DGN MFT"),
    "gb-nmd": ("Newry, Mourne and Down", "DOW NYM"),
}

# Councils that are cities (and Luton, a large town): their real boundary is the city's.
CITIES = {
    f"GB-{code}"
    for code in [
        "BIR",
        "BNH",
        "BRD",
        "BST",
        "COV",
        "DER",
        "DNC",
        "KHL",
        "LCE",
        "LDS",
        "LIV",
        "LUT",
        "MAN",
        "MIK",
        "NET",
        "NGM",
        "PLY",
        "POR",
        "PTE",
        "SHF",
        "SLF",
        "SND",
        "SOS",
        "STE",
        "STH",
        "WKF",
        "WLV",
        "YOR",
        "ABE",
        "DND",
        "EDH",
        "GLG",
        "CRF",
        "NWP",
        "SWA",
        "BFS",
    ]
}
GEONAMES = {"Brighton and Hove": "Brighton"}
CELLS = [
    "Bath",
    "Cambridge",
    "Canterbury",
    "Carlisle",
    "Chelmsford",
    "Chester",
    "Colchester",
    "Derry",
    "Durham",
    "Exeter",
    "Gloucester",
    "Hereford",
    "Inverness",
    "Ipswich",
    "Lancaster",
    "Lincoln",
    "Lisburn",
    "Newry",
    "Northampton",
    "Norwich",
    "Oxford",
    "Perth",
    "Preston",
    "Salisbury",
    "Stirling",
    "Truro",
    "Winchester",
    "Worcester",
]

WARDS = ("Central", "North", "East", "South East", "South West", "West")


def united_kingdom(sources: Sources) -> Recipe:
    """Country, 4 nations, English regions, councils (London's boroughs among them), cities, six invented wards."""
    names = {"en": "United Kingdom", "fr": "Royaume-Uni"}
    places = [Place("gb", None, "country", names, population=sources.population)]
    places += [Place(code, "gb", "region", names) for code, names in NATIONS.values()]
    places += [Place(code, "gb-eng", "region", names) for code, names in REGIONS.values()]
    places += [Place(code, parent, "region", {"en": name}) for code, parent, name in COUNTIES.values()]
    places += sorted((_council(sources, unit) for unit in sources.units if unit.nation != "Northern Ireland"), key=_key)
    places += _northern_ireland(sources)
    parents = {unit: place.code for place in places for unit in place.units}
    cells = city_places(sources, CELLS, parents, {"Derry": {"en": "Derry/Londonderry"}})
    places += sorted(cells, key=_key)
    places += [Place(_ward(name), "gb-lds", "ward", {"en": f"Example Ward {name}"}, "synthetic") for name in WARDS]
    return Recipe("gb", 4, 0.5, 1, places, _areas())


def _council(sources: Sources, unit: Unit) -> Place:
    name = NAMES.get(unit.iso, unit.name)
    names = {"en": name}
    if unit.iso in WELSH:
        names["cy"] = WELSH[unit.iso]
    is_city = unit.iso in CITIES
    borough = any(word in unit.type for word in ("Metropolitan Borough", "London Borough", "City Corporation"))
    city = sources.city(GEONAMES.get(name, name)) if is_city else None
    return Place(
        code=unit.iso.lower(),
        parent=_parent(unit),
        type="city" if is_city else "borough" if borough else "district",
        names=names,
        units=(unit.code,),
        city=city,
        population=city.population if city else None,
        parts=tuple(_ward(ward) for ward in WARDS) if unit.iso == "GB-LDS" else (),
    )


def _parent(unit: Unit) -> str:
    if unit.nation != "England":
        return NATIONS[unit.nation][0]
    county = "Greater Manchester" if unit.code == WIGAN else unit.county
    if unit.type == "Metropolitan Borough":
        return COUNTIES[county][0]
    return REGIONS[unit.region][0]


def _northern_ireland(sources: Sources) -> list[Place]:
    districts = defaultdict(str, {unit.iso: unit.code for unit in sources.units})
    belfast = sources.city("Belfast")
    return [
        Place(
            code=code,
            parent="gb-nir",
            type="city" if code == "gb-bfs" else "district",
            names={"en": name},
            kind="approximate",
            units=tuple(districts[f"GB-{old}"] for old in olds.split()),
            city=belfast if code == "gb-bfs" else None,
            population=belfast.population if code == "gb-bfs" else None,
        )
        for code, (name, olds) in NORTHERN_IRELAND.items()
    ]


def _ward(name: str) -> str:
    return f"gb-lds-example-ward-{name.lower().replace(' ', '-')}"


def _key(place: Place) -> str:
    return place.code


def _areas() -> list[Area]:
    return [
        Area("gb-police-west", "police_area", {"en": "Leeds and Bradford police area (example)"}, ("gb-brd", "gb-lds")),
        Area(
            "gb-police-wards",
            "police_area",
            {"en": "Leeds neighbourhood policing area (example)"},
            (_ward("Central"), _ward("North")),
        ),
        Area(
            "gb-service-bedfordshire",
            "service_area",
            {"en": "Bedfordshire service area (example)"},
            ("gb-bdf", "gb-cbf", "gb-lut"),
        ),
        Area(
            "gb-hub-north",
            "regional_hub",
            {"en": "Northern England (example hub)"},
            ("gb-eng-ne", "gb-eng-nw", "gb-eng-yh"),
        ),
    ]
