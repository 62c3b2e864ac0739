"""Repeats a draw by docs/protocol/draw.md with the standard library alone.

  draw.py draw.json population.jsonl          prints what the record must hold, or says what differs
  draw.py --order SEED STRATUM COUNT          prints the order of COUNT units
  draw.py --share SAMPLE UNITS...             prints how a sample is shared out to strata
  draw.py --confidence FAULTY UNITS/SAMPLE... prints the chance to hold a faulty unit
"""
import hashlib
import json
import sys
from math import comb


def digest(data):
    return hashlib.sha256(data).hexdigest()


def order(seed, stratum, count):
    """Durstenfeld's shuffle over SHA-256 in counter mode, with rejection."""
    key = hashlib.sha256(seed + stratum.encode()).digest()
    counter = 0

    def below(bound):
        nonlocal counter
        limit = 2**64 - 2**64 % bound
        while True:
            value = int.from_bytes(hashlib.sha256(key + counter.to_bytes(8, "big")).digest()[:8], "big")
            counter += 1
            if value < limit:
                return value % bound

    places = list(range(count))
    for place in range(count):
        other = place + below(count - place)
        places[place], places[other] = places[other], places[place]
        yield places[place]


def share(sample, units):
    total = sum(units)
    wanted = min(sample, total)
    shares = [wanted * u // total for u in units]
    if wanted >= len(units):
        shares = [max(s, 1) for s in shares]
    def over(i):
        return shares[i] * total - wanted * units[i]
    while sum(shares) < wanted:
        shares[min((i for i in range(len(units)) if shares[i] < units[i]), key=lambda i: (over(i), i))] += 1
    while sum(shares) > wanted:
        shares[min((i for i in range(len(units)) if shares[i] > 1), key=lambda i: (-over(i), i))] -= 1
    return shares


def confidence(faulty, strata):
    """Worst case over every way to put the faulty units into the strata: each one looked at."""
    best = {0: 1.0}
    for units, sample in strata:
        following = {}
        for placed, chance in best.items():
            for here in range(min(units, faulty - placed) + 1):
                miss = chance * comb(units - here, sample) / comb(units, sample)
                following[placed + here] = max(following.get(placed + here, 0.0), miss)
        best = following
    return 1 - best[faulty]


def repeat(record, lines):
    assert digest(lines) == record["population"], "population-changed"
    units = [json.loads(line) for line in lines.decode().splitlines()]
    strata = {}
    for unit in sorted(units, key=lambda u: u["id"].encode()):
        strata.setdefault(unit["stratum"], []).append(unit["id"])
    planned = [line.split(" ", 4) for line in record["plan"].split("\n") if line.startswith("stratum ")]
    assert [(p[4], int(p[3])) for p in planned] == sorted(((n, len(u)) for n, u in strata.items()), key=lambda s: s[0].encode()), "plan-changed"
    assert [int(p[1]) for p in planned] == share(sum(int(p[1]) for p in planned), [int(p[3]) for p in planned]), "plan-changed"
    assert digest(bytes.fromhex(record["secret"])) == record["secretHash"], "secret-changed"
    head = record["head"].split("\n\n")[0] + "\n"
    assert int(head.split("\n")[1]) > record["openedEntry"], "head-changed"
    text = "exam-monitor/draw/1\n%spopulation %s\nplan %s\nsecret %s\nnumber %s\n" % (
        head, record["population"], digest(record["plan"].encode()), record["secret"], record["number"])
    seed = hashlib.sha256(text.encode()).digest()
    assert seed.hex() == record["seed"], "seed-changed"
    drawn = {name: list(order(seed, name, len(ids))) for name, ids in strata.items()}
    sample = [(strata[p[4]][drawn[p[4]][k]], p[4], k + 1) for p in planned for k in range(int(p[1]))]
    assert sample == [(s["unit"], s["stratum"], s["place"]) for s in record["sample"]], "sample-changed"
    taken = {p[4]: int(p[1]) for p in planned}
    current = dict((s[0], s[1]) for s in sample)
    for made in record["replacements"]:
        stratum = current.pop(made["unit"])
        following = strata[stratum][drawn[stratum][taken[stratum]]]
        taken[stratum] += 1
        assert made["reason"].strip() and made["by"] == {"unit": following, "stratum": stratum, "place": taken[stratum]}, "replacement-changed"
        current[following] = stratum
    return list(current)


if __name__ == "__main__":
    if sys.argv[1] == "--order":
        print(*order(bytes.fromhex(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
    elif sys.argv[1] == "--share":
        print(*share(int(sys.argv[2]), [int(u) for u in sys.argv[3:]]))
    elif sys.argv[1] == "--confidence":
        print(repr(confidence(int(sys.argv[2]), [tuple(map(int, s.split("/"))) for s in sys.argv[3:]])))
    else:
        with open(sys.argv[1], encoding="utf-8") as record_file, open(sys.argv[2], "rb") as lines_file:
            print(*repeat(json.load(record_file), lines_file.read()), sep="\n")
