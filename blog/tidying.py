"""What of the stored pages may go: once a day, and where the disk is nearly full."""

import datetime
import shutil
import time

from blog import pages
from blog.kept import Store
from blog.models import Change
from blog.room import has_room

CHANGES_KEPT = datetime.timedelta(days=1)
SECONDS_KEPT_FOR_A_RELEASE = 24 * 60 * 60
# A web worker that lives touches the folder of its pages each half second.
SECONDS_OF_SILENCE = 60


def tidy(now: datetime.datetime) -> None:
    """Once in a while: forget changes that every machine has followed long ago, and delete files of no more use."""
    newest = Change.objects.order_by("-number").values_list("number", flat=True).first() or 0
    # The newest stays, for each machine asks whether it is still the one it saw.
    Change.objects.filter(at__lt=now - CHANGES_KEPT, number__lt=newest).delete()
    store = pages.store()
    delete_what_is_over(store)
    begin_front_anew(store)
    make_room(store)


def delete_what_is_over(store: Store) -> None:
    """Pages that have changed, and what other releases left long ago."""
    counters, long_ago = store.counters, time.time() - SECONDS_KEPT_FOR_A_RELEASE
    for path in store.files():
        page = store.read(path)
        if counters is not None and (page is None or not counters.stand(page.slots)):
            path.unlink(missing_ok=True)
    for folder in store.folder.parent.glob("*"):
        if folder != store.folder and folder.stat().st_mtime < long_ago:
            shutil.rmtree(folder, ignore_errors=True)
    for path in store.folder.glob("??/.*"):
        # Half a page of a process that was killed.
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)


def begin_front_anew(store: Store) -> None:
    """What is read comes back from the store, undrawn; what nobody reads any more does not, nor what is left of the
    index. Not while there is no web worker to bring it back.
    """
    lives = store.folder.exists() and store.folder.stat().st_mtime > time.time() - SECONDS_OF_SILENCE
    if lives and store.counters is not None:
        store.counters.empty_front()
        store.front.sweep()


def make_room(store: Store) -> None:
    """The pages that were drawn longest ago go first."""
    for path in sorted(store.files(), key=lambda path: path.stat().st_mtime):
        if has_room(path.parent):
            return
        path.unlink(missing_ok=True)
