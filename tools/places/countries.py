"""The recipes of Albania, Canada and Malawi."""

from __future__ import annotations

from tools.places.recipe import Area, Place, Recipe, Sources, city_places

# ISO 3166-2:AL -> (English, Albanian)
ALBANIA = {
    "AL-01": ("Berat County", "Qarku i Beratit"),
    "AL-02": ("Durrës County", "Qarku i Durrësit"),
    "AL-03": ("Elbasan County", "Qarku i Elbasanit"),
    "AL-04": ("Fier County", "Qarku i Fierit"),
    "AL-05": ("Gjirokastër County", "Qarku i Gjirokastrës"),
    "AL-06": ("Korçë County", "Qarku i Korçës"),
    "AL-07": ("Kukës County", "Qarku i Kukësit"),
    "AL-08": ("Lezhë County", "Qarku i Lezhës"),
    "AL-09": ("Dibër County", "Qarku i Dibrës"),
    "AL-10": ("Shkodër County", "Qarku i Shkodrës"),
    "AL-11": ("Tirana County", "Qarku i Tiranës"),
    "AL-12": ("Vlorë County", "Qarku i Vlorës"),
}
ALBANIAN_CITIES = [
    "Tirana",
    "Durrës",
    "Vlorë",
    "Elbasan",
    "Shkodër",
    "Lushnjë",
    "Berat",
    "Korçë",
    "Fier",
    "Krujë",
    "Pogradec",
    "Kukës",
    "Kuçovë",
    "Kavajë",
    "Gjirokastër",
    "Sarandë",
    "Lezhë",
    "Peshkopi",
    "Laç",
    "Librazhd",
    "Kamëz",
]

# ISO 3166-2:CA -> (English, French)
CANADA = {
    "CA-AB": ("Alberta", "Alberta"),
    "CA-BC": ("British Columbia", "Colombie-Britannique"),
    "CA-MB": ("Manitoba", "Manitoba"),
    "CA-NB": ("New Brunswick", "Nouveau-Brunswick"),
    "CA-NL": ("Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    "CA-NS": ("Nova Scotia", "Nouvelle-Écosse"),
    "CA-NT": ("Northwest Territories", "Territoires du Nord-Ouest"),
    "CA-NU": ("Nunavut", "Nunavut"),
    "CA-ON": ("Ontario", "Ontario"),
    "CA-PE": ("Prince Edward Island", "Île-du-Prince-Édouard"),
    "CA-QC": ("Quebec", "Québec"),
    "CA-SK": ("Saskatchewan", "Saskatchewan"),
    "CA-YT": ("Yukon", "Yukon"),
}
PEEL = "ca-on-peel"
PEEL_CITIES = ("Mississauga", "Brampton")
CANADIAN_CITIES = (
    "Toronto",
    "Montréal",
    "Calgary",
    "Ottawa",
    "Edmonton",
    "Winnipeg",
    "Vancouver",
    "Hamilton",
    "Surrey",
    "Québec",
    "Halifax",
    "Laval",
    "London",
    "Markham",
    "Vaughan",
    "Oakville",
    "Gatineau",
    "Saskatoon",
    "Kitchener",
    "Burnaby",
    "Windsor",
    "Longueuil",
    "Regina",
    "Victoria",
    "Sherbrooke",
    "St. John's",
    "Moncton",
    "Fredericton",
    "Saint John",
    "Charlottetown",
    "Whitehorse",
    "Yellowknife",
    "Iqaluit",
)
CANADIAN_NAMES = {
    "Montréal": {"en": "Montreal", "fr": "Montréal"},
    "Québec": {"en": "Quebec City", "fr": "Québec"},
}

# Region -> ISO 3166-2:MW of its districts. Natural Earth calls two districts Chitipa; the southern one is Karonga.
MALAWI = {
    ("mw-n", "Northern Region"): "CT KR LK MZ NB RU",
    ("mw-c", "Central Region"): "DE DO KS LI MC NI NK NU SA",
    ("mw-s", "Southern Region"): "BA BL CK CR MG MH MU MW NE NS PH TH ZO",
}
KARONGA = "MWI-1194"
MALAWIAN_CITIES = ("Lilongwe", "Blantyre", "Mzuzu", "Zomba")
EXAMPLE_DISTRICT = "mw-mg"
VILLAGES = {"A": 4, "B": 3, "C": 4, "D": 3}


def albania(sources: Sources) -> Recipe:
    """Country, 12 counties, cities."""
    country = Place(
        "al", None, "country", {"en": "Albania", "fr": "Albanie", "sq": "Shqipëria"}, population=sources.population
    )
    owner = {unit.iso: unit.code for unit in sources.units}
    counties = [
        Place(iso.lower(), "al", "region", {"en": english, "sq": albanian}, units=(owner[iso],))
        for iso, (english, albanian) in sorted(ALBANIA.items())
    ]
    parents = {place.units[0]: place.code for place in counties}
    spoken = {name: {"en": name, "sq": "Tiranë" if name == "Tirana" else name} for name in ALBANIAN_CITIES}
    areas = [
        Area("al-police-west", "police_area", {"en": "Tirana and Durrës police area (example)"}, ("al-02", "al-11")),
        Area(
            "al-service-north", "service_area", {"en": "Northern service area (example)"}, ("al-07", "al-08", "al-10")
        ),
        Area("al-hub-western-balkans", "regional_hub", {"en": "Western Balkans (example hub)"}, ("al",)),
    ]
    return Recipe("al", 4, 0.3, 0, [country, *counties, *city_places(sources, ALBANIAN_CITIES, parents, spoken)], areas)


def canada(sources: Sources) -> Recipe:
    """Country, 13 provinces and territories, cities, and Peel: a region that contains cities."""
    country = Place("ca", None, "country", {"en": "Canada", "fr": "Canada"}, population=sources.population)
    owner = {unit.iso: unit.code for unit in sources.units}
    provinces = [
        Place(iso.lower(), "ca", "province", {"en": english, "fr": french}, units=(owner[iso],))
        for iso, (english, french) in sorted(CANADA.items())
    ]
    parents = {place.units[0]: place.code for place in provinces}
    caledon = sources.city("Caledon")  # the third municipality of Peel, not a place of its own here
    peel = Place(PEEL, "ca-on", "region", {"en": "Peel", "fr": "Peel"}, "approximate", cells=(caledon,))
    in_peel = [
        Place(
            code=f"ca-on-{name.lower()}",
            parent=PEEL,
            type="city",
            names={"en": name},
            kind="approximate",
            cells=(sources.city(name),),
            city=sources.city(name),
            population=sources.city(name).population,
        )
        for name in PEEL_CITIES
    ]
    cities = city_places(sources, CANADIAN_CITIES, parents, CANADIAN_NAMES)
    areas = [
        Area(
            "ca-police-peel",
            "police_area",
            {"en": "Peel police area (example)"},
            ("ca-on-brampton", "ca-on-mississauga"),
        ),
        Area(
            "ca-service-west-lake-ontario",
            "service_area",
            {"en": "Western Lake Ontario service area (example)"},
            (PEEL, "ca-on-toronto", "ca-on-oakville", "ca-on-hamilton"),
        ),
        Area("ca-hub-prairies", "regional_hub", {"en": "Prairies (example hub)"}, ("ca-ab", "ca-mb", "ca-sk")),
    ]
    return Recipe("ca", 3, 4, 200, [country, *provinces, peel, *in_peel, *cities], areas)


def malawi(sources: Sources) -> Recipe:
    """Country, 3 regions, 28 districts, cities; in one district invented traditional authorities and villages."""
    country = Place(
        "mw", None, "country", {"en": "Malawi", "fr": "Malawi", "ny": "Malaŵi"}, population=sources.population
    )
    owner = {unit.iso: unit for unit in sources.units if unit.code != KARONGA}
    owner["MW-KR"] = next(unit for unit in sources.units if unit.code == KARONGA)
    places = [country]
    places += [Place(code, "mw", "region", {"en": name}) for code, name in MALAWI]
    letters = [f"{EXAMPLE_DISTRICT}-ta-{letter.lower()}" for letter in VILLAGES]
    for (region, _name), districts in MALAWI.items():
        for district in districts.split():
            unit = owner[f"MW-{district}"]
            code = unit.iso.lower() if unit.code != KARONGA else "mw-kr"
            name = unit.name if unit.code != KARONGA else "Karonga"
            parts = tuple(letters) if code == EXAMPLE_DISTRICT else ()
            places.append(Place(code, region, "district", {"en": name}, units=(unit.code,), parts=parts))
    parents = {place.units[0]: place.code for place in places if place.units}
    spoken = {name: {"en": f"{name} City"} for name in MALAWIAN_CITIES}
    places += city_places(sources, MALAWIAN_CITIES, parents, spoken)
    for code, (letter, count) in zip(letters, VILLAGES.items(), strict=True):
        villages = tuple(f"{code}-village-{number}" for number in range(1, count + 1))
        names = {"en": f"Traditional Authority {letter} (example)"}
        places.append(Place(code, EXAMPLE_DISTRICT, "traditional_authority", names, "synthetic", parts=villages))
        for number, village in enumerate(villages, 1):
            places.append(Place(village, code, "village", {"en": f"Example Village {letter}{number}"}, "synthetic"))
    areas = [
        Area(
            "mw-police-lakeshore", "police_area", {"en": "Mangochi lakeshore police area (example)"}, tuple(letters[:2])
        ),
        Area(
            "mw-service-upper-shire",
            "service_area",
            {"en": "Upper Shire service area (example)"},
            ("mw-ba", "mw-mh", "mw-mg"),
        ),
        Area("mw-hub-southern-africa", "regional_hub", {"en": "Southern Africa (example hub)"}, ("mw",)),
    ]
    return Recipe("mw", 4, 0.6, 0, places, areas)
