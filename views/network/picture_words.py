"""What the parts of a picture are called: kinds of nodes, ties and measures."""

from flask_babel import lazy_gettext as _l

NODES = {
    "organisation": _l("Instans"),
    "post": _l("Funksjon"),
    "person": _l("Person"),
    "step": _l("Steg"),
    "network": _l("Nettverk"),
    "circle": _l("Krets"),
}
CHOICES = {
    "organisation": _l("Bare instanser"),
    "post": _l("Bare funksjoner"),
    "person": _l("Bare personer"),
    "step": _l("Bare steg"),
    "network": _l("Bare nettverk"),
    "organisation-step": _l("Instanser og steg"),
    "organisation-network": _l("Instanser og nettverk"),
    "organisation-person": _l("Instanser og personer"),
}
TIES = {
    "answers": _l("svarer for"),
    "does": _l("gjør"),
    "advises": _l("gir råd"),
    "informed": _l("får vite"),
    "member": _l("er med"),
    "meets": _l("møtes"),
    "at": _l("hører til"),
    "holds": _l("innehar"),
    "hands_over": _l("overleverer"),
    "broken": _l("brutt overlevering"),
}
# What a node's page says of those at the other end, by the kind of tie; where it
# matters, first as one who acts, then as what is acted on.
GROUPS = {
    ("answers", True): _l("Svarer for"),
    ("answers", False): _l("Hvem som svarer for det"),
    ("does", True): _l("Gjør"),
    ("does", False): _l("Hvem som gjør det"),
    ("advises", True): _l("Gir råd om"),
    ("advises", False): _l("Hvem som gir råd"),
    ("informed", True): _l("Får vite om"),
    ("informed", False): _l("Hvem som får vite"),
    ("member", True): _l("Er med i"),
    ("member", False): _l("Hvem som er med"),
    ("meets", True): _l("Har møtt"),
    ("meets", False): _l("Har møtt"),
    ("at", True): _l("Hører til"),
    ("at", False): _l("Dette hører til her"),
    ("holds", True): _l("Innehar"),
    ("holds", False): _l("Hvem som innehar den"),
    ("hands_over", True): _l("Overleverer til"),
    ("hands_over", False): _l("Tar over fra"),
    ("broken", True): _l("Brutt overlevering"),
    ("broken", False): _l("Brutt overlevering"),
}
MEASURES = {
    "betweenness": (
        _l("Bindeledd"),
        _l("Hvor mange av de korteste veiene mellom andre som går her."),
    ),
    "degree": (_l("Koblinger"), _l("Hvor mange andre noe er koblet til.")),
    "pagerank": (
        _l("Tyngde"),
        _l("Koblinger til dem som selv har mange, teller mer. Den tyngste er 1."),
    ),
}
# The legend: ties that look alike are told together.
LEGEND = ("answers", "does", "advises", "informed", "member", "hands_over", "broken")
