"""The manifests are what the timetable says, Kubernetes would take them, and their pods can do only what they must."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml
from apscheduler.triggers.cron import CronTrigger

from munim import __version__
from munim.core.clock import IST
from munim.core.errors import ExitCode
from munim.core.settings import Settings
from schedules.rendering import cronjobs, files, pods
from schedules.timetable import TIMETABLE, Entry, Firing, next_slot
from tests.commands import munim_here
from tests.unit import kustomized
from tests.unit.kustomized import BESIDE, OVERLAYS, Manifest, built, named

YEAR = (datetime(2026, 11, 1, tzinfo=IST), datetime(2027, 11, 1, tzinfo=IST))
"""With both changes of the clock in New York."""

needs_kubectl = pytest.mark.skipif(kustomized.kubectl() is None, reason="kubectl is not here")


@pytest.fixture(scope="module", params=[*OVERLAYS, *BESIDE])
def overlay(request: pytest.FixtureRequest) -> list[Manifest]:
    """An overlay as it is applied; what goes beside another one takes its settings."""
    beside = built("external") if request.param in BESIDE else []
    return [*beside, *built(request.param)]


@cache
def committed() -> dict[str, Manifest]:
    """The CronJobs that are committed, by name."""
    text = (files.shipped() / "cronjobs" / "cronjobs.yaml").read_text(encoding="utf-8")
    return named(list(yaml.safe_load_all(text)), "CronJob")


def of_feed(feed: str) -> list[Manifest]:
    return [one for one in committed().values() if one["metadata"]["labels"].get("munim/feed") == feed]


@cache
def instants(schedule: str, zone: str) -> Sequence[datetime]:
    """When a line of cron fires in the year."""
    trigger = CronTrigger.from_crontab(schedule, timezone=ZoneInfo(zone))
    found, after = [], YEAR[0] - timedelta(seconds=1)
    while (after := trigger.get_next_fire_time(after, after)) < YEAR[1]:
        found.append(after)
        after += timedelta(seconds=1)
    return found


def test_the_committed_manifests_are_what_the_timetable_says() -> None:
    assert files.differing(files.shipped()) == [], "run `munim kubernetes render`"


@pytest.mark.parametrize("version", ["1.31", kubernetes_validate.latest_version()])
def test_kubernetes_would_take_every_manifest(overlay: list[Manifest], version: str) -> None:
    """1.31: the first in which a podFailurePolicy is there to stay."""
    for manifest in overlay:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found() -> None:
    (job,) = named(built("external"), "Job").values()
    job["spec"]["podFailurePolice"] = job["spec"].pop("podFailurePolicy")

    with pytest.raises(kubernetes_validate.ValidationError, match="podFailurePolice"):
        kubernetes_validate.validate(job, "1.31", strict=True)


@pytest.mark.parametrize("entry", TIMETABLE, ids=lambda entry: entry.feed)
def test_cronjobs_and_timetable_fire_at_the_same_instants_over_a_year(entry: Entry) -> None:
    fired = [at for one in of_feed(entry.feed) for at in instants(one["spec"]["schedule"], one["spec"]["timeZone"])]
    wanted, after = [], YEAR[0] - timedelta(seconds=1)
    while (after := next_slot(entry.feed, after)) < YEAR[1]:
        wanted.append(after)

    assert sorted(fired) == wanted
    assert len(wanted) >= 365


def test_every_feed_of_the_timetable_has_its_cronjobs_and_there_are_no_others() -> None:
    feeds = {one["metadata"]["labels"].get("munim/feed") for one in committed().values()}

    assert feeds == {entry.feed for entry in TIMETABLE} | {None}
    assert [name for name, one in committed().items() if "munim/feed" not in one["metadata"]["labels"]] == [
        "munim-catch-up",
        "munim-alerts",
    ]


@pytest.mark.parametrize("name", committed())
def test_a_cronjob_fires_in_india_and_one_at_a_time(name: str) -> None:
    spec = committed()[name]["spec"]

    assert spec["timeZone"] == "Asia/Kolkata"
    assert datetime(2026, 7, 1, tzinfo=ZoneInfo(spec["timeZone"])).utcoffset() == timedelta(hours=5, minutes=30)
    assert spec["concurrencyPolicy"] == "Forbid"
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (1, 3)
    # Numbers of weekdays begin on Sunday in cron and on Monday in APScheduler: a day has a name.
    assert re.fullmatch(r"\*|[a-z]{3}([-,][a-z]{3})*", spec["schedule"].split()[4])


def test_a_late_or_long_run_never_reaches_into_the_feeds_next_firing() -> None:
    for entry in TIMETABLE:
        fired = sorted(
            (at, one["spec"]["startingDeadlineSeconds"], one["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"])
            for one in of_feed(entry.feed)
            for at in instants(one["spec"]["schedule"], "Asia/Kolkata")
        )
        for (at, starting_s, active_s), (following, *_) in pairwise(fired):
            assert at + timedelta(seconds=starting_s) < following
            assert at + timedelta(seconds=active_s) < following


def test_firings_that_differ_by_the_hour_alone_are_one_cronjob() -> None:
    fires = (Firing(time(8)), Firing(time(11)), Firing(time(23, 30)), Firing(time(9), 1))
    made = cronjobs.groups(Entry("amfi.latest", "nav", fires, "weekdays", time(11), 1))

    assert [(one.name, one.schedule, one.gap) for one in made] == [
        ("munim-amfi-latest-0800", "0 8,9,11 * * *", timedelta(hours=1)),
        ("munim-amfi-latest-2330", "30 23 * * *", timedelta(hours=8, minutes=30)),
    ]


def test_a_pod_is_retried_only_for_what_may_pass(overlay: list[Manifest]) -> None:
    jobs = {name: one["spec"] for name, one in named(overlay, "Job").items()}
    jobs |= {name: one["spec"]["jobTemplate"]["spec"] for name, one in named(overlay, "CronJob").items()}
    for name, job in jobs.items():
        ignored, failed = job["podFailurePolicy"]["rules"]
        assert ignored == {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
        assert failed["action"] == "FailJob"
        assert failed["onExitCodes"] == {"containerName": "munim", "operator": "In", "values": [2, 3, 4, 5, 6, 70]}
        assert job["template"]["spec"]["restartPolicy"] == "Never"
        assert job["backoffLimit"] >= 1
        # A run is over within the hour; a burst does years.
        assert job["activeDeadlineSeconds"] <= (86_400 if name == "munim-burst" else 3600)


def test_only_success_and_what_may_be_retried_are_left_out_of_the_codes() -> None:
    assert set(ExitCode) - set(pods.NOT_RETRIED) == {ExitCode.DONE, ExitCode.RETRY}


def test_no_pod_has_more_rights_than_it_needs(overlay: list[Manifest]) -> None:
    """The `restricted` Pod Security Standard, a read-only root, and no token."""
    for pod in kustomized.pods(overlay):
        inside = pod.spec["securityContext"]
        assert inside["runAsNonRoot"] is True
        assert inside["runAsUser"] >= 999
        assert inside["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod.container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod.spec["automountServiceAccountToken"] is False
        assert pod.spec["enableServiceLinks"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod.spec)
        kinds = {kind for volume in pod.spec["volumes"] for kind in volume} - {"name"}
        assert kinds <= {"emptyDir", "secret", "persistentVolumeClaim"}
        assert {"requests", "limits"} == set(pod.container["resources"])
    accounts = named(overlay, "ServiceAccount")
    assert {name: one["automountServiceAccountToken"] for name, one in accounts.items()} == {"munim": False}


def test_a_pod_of_munim_takes_no_embedded_database_and_no_secret_by_value(overlay: list[Manifest]) -> None:
    for pod in of_munim(overlay):
        variables = {one["name"]: one["value"] for one in pod.container["env"]}
        assert variables == {
            "MUNIM_REQUIRE_EXTERNAL": "1",
            "MUNIM_HOME": "/tmp/munim",  # noqa: S108
            "MUNIM_LOG_FORMAT": "json",
            "HOME": "/tmp",  # noqa: S108
        }
        mounted = {one["name"]: one["mountPath"] for one in pod.container["volumeMounts"]}
        assert (mounted["tmp"], mounted["secrets"]) == (pods.SCRATCH, "/run/secrets/munim")
    (settings,) = named(overlay, "ConfigMap").values()
    assert not {"MUNIM_DATABASE_URL", "MUNIM_ALERT_URLS"} & set(settings["data"])
    assert {key.lower().removeprefix("munim_") for key in settings["data"] if key.startswith("MUNIM_")} <= set(
        Settings.model_fields
    )


def of_munim(manifests: list[Manifest]) -> list[kustomized.Pod]:
    return [pod for pod in kustomized.pods(manifests) if pod.labels["app.kubernetes.io/name"] == "munim"]


def test_all_that_pods_refer_to_is_there_or_is_a_secret_to_make(overlay: list[Manifest]) -> None:
    assert {pod.spec["serviceAccountName"] for pod in kustomized.pods(overlay)} == set(named(overlay, "ServiceAccount"))
    sources = [source for pod in of_munim(overlay) for source in pod.container["envFrom"]]
    assert {one["configMapRef"]["name"] for one in sources if "configMapRef" in one} == set(named(overlay, "ConfigMap"))
    volumes = [volume for pod in kustomized.pods(overlay) for volume in pod.spec["volumes"]]
    secrets = {volume["secret"]["secretName"] for volume in volumes if "secret" in volume}
    assert secrets <= {"munim-secrets", "munim-postgres"}
    claims = {one["persistentVolumeClaim"]["claimName"] for one in volumes if "persistentVolumeClaim" in one}
    assert claims <= set(named(overlay, "PersistentVolumeClaim"))


def test_services_and_policies_choose_pods_that_are_there(overlay: list[Manifest]) -> None:
    there = [pod.labels for pod in kustomized.pods(overlay)]
    choosers = [one["spec"]["selector"] for one in named(overlay, "Service").values()]
    choosers += [
        one["spec"]["podSelector"]["matchLabels"]
        for one in named(overlay, "NetworkPolicy").values()
        if "matchLabels" in one["spec"]["podSelector"]
    ]
    for chosen in choosers:
        assert any(chosen.items() <= labels.items() for labels in there), chosen


@needs_kubectl
@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_names_the_registry_once_for_every_image(name: str) -> None:
    images = {pod.container["image"] for pod in of_munim(built(name))}

    assert images <= {f"registry.example.org/{kind}:{__version__}" for kind in ("munim", "munim-browser")}


@needs_kubectl
def test_the_small_overlay_gives_every_feed_the_archives_volume() -> None:
    working = {"feed", "catch-up", "worker", "worker-browser"}
    feeds = [pod for pod in of_munim(built("small")) if pod.labels["app.kubernetes.io/component"] in working]

    assert len(feeds) == len(committed()) - 1 + 2
    for pod in feeds:
        assert {"name": "archive", "mountPath": "/archive"} in pod.container["volumeMounts"]


def test_a_feed_that_only_a_browser_can_ask_has_chromium_and_shared_memory() -> None:
    entry = Entry("nsdl.fpi_archive", "flows", (Firing(time(10)),), "nse_settlement", time(12), 1)
    (of_archive, catch_up, _) = kustomized.pods(cronjobs.cronjobs([entry]))

    assert catch_up.container["image"] == of_archive.container["image"] == f"munim-browser:{__version__}"
    assert {"name": "shm", "mountPath": "/dev/shm"} in of_archive.container["volumeMounts"]  # noqa: S108
    assert {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "512Mi"}} in of_archive.spec["volumes"]
    assert of_archive.container["resources"]["limits"]["memory"] == "2Gi"


def test_a_cronjob_asks_for_its_feed_and_leaves_what_is_paused_alone() -> None:
    asked = {one.container["args"][3]: one for entry in TIMETABLE for one in kustomized.pods(of_feed(entry.feed))}

    assert set(asked) == {entry.feed for entry in TIMETABLE}
    for entry in TIMETABLE:
        assert asked[entry.feed].container["args"] == ["run", entry.dataset, "--feed", entry.feed, "--scheduled"]


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_overlay_has_workers_that_may_end_their_slot_and_one_with_chromium(name: str) -> None:
    workers = [one for one in kustomized.pods(built(name)) if one.owner.startswith("munim-worker")]

    assert {one.owner: one.container["args"] for one in workers} == {
        "munim-worker": ["worker"],
        "munim-worker-browser": ["worker", "--queues", "browser"],
    }
    assert {one.spec["terminationGracePeriodSeconds"] for one in workers} == {120}
    images = {one.owner: one.container["image"].rpartition("/")[2] for one in workers}
    assert images == {
        "munim-worker": f"munim:{__version__}",
        "munim-worker-browser": f"munim-browser:{__version__}",
    }


def test_a_burst_is_an_indexed_job_whose_workers_end_with_the_work() -> None:
    (job,) = named(built("burst"), "Job").values()

    assert job["spec"]["completionMode"] == "Indexed"
    assert job["spec"]["completions"] == job["spec"]["parallelism"] == 8
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["worker", "--until-empty"]
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_answers_are_given_by_pods_that_may_go_one_by_one_and_to_who_may_ask() -> None:
    manifests = built("api")
    (deployment,) = named(manifests, "Deployment").values()
    (policy,) = named(manifests, "NetworkPolicy").values()
    container = deployment["spec"]["template"]["spec"]["containers"][0]

    # No --open: without tokens it does not start, where others than its own machine can reach it.
    assert container["args"] == ["api", "serve", "--host", "0.0.0.0", "--port", "8080"]  # noqa: S104
    assert {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")} == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    assert (deployment["spec"]["replicas"], deployment["spec"]["strategy"]) == (2, {"type": "RollingUpdate"})
    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 40
    assert policy["spec"]["ingress"] == [
        {
            "from": [{"namespaceSelector": {"matchLabels": {"munim/asks": "true"}}}],
            "ports": [{"protocol": "TCP", "port": 8080}],
        }
    ]
    (service,) = named(manifests, "Service").values()
    assert service["spec"]["selector"].items() <= deployment["spec"]["template"]["metadata"]["labels"].items()


def test_a_name_that_kubernetes_would_refuse_is_an_error() -> None:
    entry = Entry(f"nse.{'x' * 50}", "flows", (Firing(time(10)),), "daily", time(12), 1)

    with pytest.raises(ValueError, match="too long"):
        cronjobs.cronjobs([entry])


def test_every_version_has_a_migration_of_its_own() -> None:
    (name,) = named(built("external"), "Job")

    assert name == f"munim-migrate-{__version__.replace('.', '-')}"


@needs_kubectl
def test_a_folder_of_ones_own_gets_all_manifests_and_keeps_what_was_changed_by_hand(tmp_path: Path) -> None:
    place = tmp_path / "deploy"
    assert munim_here("kubernetes", "render", place, settings={}).code == 0
    kustomization = place / "overlays" / "external" / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace("registry.example.org", "mine.example.org"))
    jobs = place / "cronjobs" / "cronjobs.yaml"
    jobs.write_text(jobs.read_text().replace("0 8,11 * * *", "0 9,11 * * *"))

    checked = munim_here("kubernetes", "render", place, "--check", settings={})
    assert checked.code == 2
    assert "cronjobs/cronjobs.yaml: not what the timetable says" in checked.err
    again = munim_here("kubernetes", "render", place, settings={})
    assert (again.code, again.out.count("written")) == (0, 1)
    assert munim_here("kubernetes", "render", place, "--check", settings={}).code == 0
    images = {pod.container["image"] for pod in of_munim(built("external", place))}
    assert images == {f"mine.example.org/{kind}:{__version__}" for kind in ("munim", "munim-browser")}
    assert instants("0 8,11 * * *", "Asia/Kolkata")[0] == datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
