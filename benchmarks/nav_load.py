from benchmarks.parts import days, place
with place.running() as p:
    d = days.prepare(p, 7)
    for case in (days.day_new, days.day_unchanged, days.day_restated, days.day_known, days.day_from_bytes):
        for figure in case(d):
            print(figure.line(), flush=True)
