"""One training run: cross-validation for calibration and thresholds, a fit on everything, the model's folder."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kg.extraction.loading import PACKAGED
from kg.extraction.spans.export import export_onnx
from kg.extraction.spans.files import Config, seal, write_config, write_normalisers
from kg.extraction.spans.fitting import Recipe, fit
from kg.extraction.spans.weights import save_weights
from kg.training.bases import merged, read_base
from kg.training.calibrating import best_f1, calibrate, kept_f1
from kg.training.folders import begin_anew, drop_checkpoints, make_folder, replaced
from kg.training.material import WIDTH, read_material
from kg.training.normalising import read_normal_forms
from kg.training.parting import parts_of
from kg.training.predicting import judge_all
from kg.training.teaching import taught
from kg.training.versions import model_version, version_of
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.extraction.spans.examples import Example
    from kg.extraction.spans.network import SpanNetwork
    from kg.training.bases import Base
    from kg.training.calibrating import Judged
    from kg.training.material import Material
    from kg.training.settings import TrainingSettings

Watch = Callable[[str, int, int, float], None]

_EPOCHS: Final = {"spans": 20, "attributes": 12, "entities": 20}
_LEAST_TEXTS: Final = 10
_PARTS: Final = 10  # of which one is held out where there is no cross-validation
_RECURRENT: Final = Recipe(rate=1e-3, head_rate=1e-3, batch_pieces=2048)
_RECURRENT_EPOCHS: Final = 40
_LORA_RATE: Final = 1e-3
_LEAST_STEPS: Final = 24  # an epoch
_LEAST_BATCH: Final = 256  # pieces


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a run found.

    Args:
        folder: where the model is.
        rows: that it was trained on.
        epochs: of the last fit.
        folds: F1 of each part held out, at the threshold that suits it best.
        f1: over all parts, with the thresholds that the model keeps.
        left_out: silver and unlabelled texts that were not learnt from, since rows of the data have them.
    """

    folder: str
    rows: int
    epochs: int
    folds: tuple[float, ...]
    f1: float
    left_out: int = 0


def train_relations(
    data: Sequence[Path], out: Path, settings: TrainingSettings, *, watch: Watch | None = None
) -> TrainingReport:
    """Train a model on ``data`` and write it into ``out``; the same data, settings and processor give the same model.

    Args:
        data: files of marked rows; docs/labelling.md has the formats.
        out: a folder, made if need be.
        settings: how to train.
        watch: called after each epoch with what is being fitted, the epoch, all epochs, and the score or negative loss.

    Raises:
        InvalidRequestError: a row is wrong (``evaluation.…``), they have too few different texts
            (``training.too_few_rows``), those with normalised values are others (``training.normalised_mismatch``),
            nothing is marked that can be learnt (``training.nothing_to_learn``), rows come through a pipe
            (``training.data_not_a_file``), the folder cannot be written (``training.folder_unwritable``), or an
            interrupted run was another (``training.checkpoint_of_other_run``), was this one, which ``resume`` goes on
            with (``training.checkpoint_of_this_run``), or left no whole file (``training.checkpoint_damaged``).
        SetupError: the base or the teacher cannot be used (``setup.…``).
    """
    for path in (*data, *settings.silver, *settings.normalised, *filter(None, [settings.unlabelled])):
        if path.exists() and not path.is_file():
            raise InvalidRequestError(
                "training.data_not_a_file",
                f"{path} is no file, and training reads it more than once.",
                help="Write what a pipe gives into a file first.",
            )
    make_folder(out)
    base = read_base(PACKAGED / settings.language if settings.base is None else settings.base)
    material = read_material(data, base.pieces, settings)
    texts = {item.plain for item in material.items}
    if len(texts) < _LEAST_TEXTS:
        raise InvalidRequestError(
            "training.too_few_rows",
            f"The marked rows have {len(texts)} different texts, and training needs {_LEAST_TEXTS} at the least.",
            help="Label more; docs/labelling.md says how to start from the model's own predictions.",
        )
    if not any(example.marked for item in material.items for example in item.judged_by()):
        raise InvalidRequestError(
            "training.nothing_to_learn",
            "No row marks anything that can be learnt.",
            help="A label has at most 16 words, all on one line of the text; docs/labelling.md says how to mark.",
        )
    normalisers = read_normal_forms(data, settings.normalised) if settings.protocol == "attributes" else None
    extra: list[Example] = []
    left_out = material.left_out
    if settings.unlabelled and settings.teacher:
        extra, known = taught(
            settings.unlabelled, settings.teacher, base.pieces, material.labels, marked=texts, device=settings.device
        )
        left_out += known
    run = _Run(base, material, extra, out, settings, watch, version=version_of(data, base.folder, settings))
    if not settings.resume:
        begin_anew(out, run.config.version)
    judged, scores, epochs = run.cross_validate()
    everything = range(len(material.items))
    network = merged(run.fit("model", list(everything), (), epochs=epochs)[0])
    marked = material.marked(run.held_out())
    calibration = calibrate(judged, marked, labels=material.labels)
    config = replace(run.config, calibration=calibration)
    with replaced(out) as folder:
        base.copy_vocabulary(folder)
        save_weights(network, folder)
        export_onnx(network, folder)
        write_normalisers(folder, normalisers)
        write_config(folder, replace(config, version=model_version(folder, config)))
        seal(folder)
    drop_checkpoints(out)
    folds, f1 = tuple(round(one, 4) for one in scores), round(kept_f1(judged, marked, calibration), 4)
    return TrainingReport(str(out), len(material.items), epochs, folds, f1, left_out)


class _Run:
    def __init__(  # noqa: PLR0913, PLR0917 - the parts of one run
        self,
        base: Base,
        material: Material,
        extra: list[Example],
        out: Path,
        settings: TrainingSettings,
        watch: Watch | None,
        *,
        version: str = "",
    ) -> None:
        self._base, self._material, self._extra = base, material, extra
        self._out, self._settings, self._watch = out, settings, watch
        self.config = Config(
            version=version, language=settings.language, protocol=settings.protocol, encoder=base.encoder,
            encoder_config=base.encoder_config, labels=material.labels, width=WIDTH,
        )  # fmt: skip
        order = list(range(len(material.items)))
        random.Random(settings.seed).shuffle(order)
        texts = [item.plain for item in material.items]
        parts = min(settings.folds, len(set(texts))) if settings.folds > 1 else _PARTS
        self._parts = parts_of(order, texts, parts)[: max(settings.folds, 1)]
        self._order = order

    def held_out(self) -> list[int]:
        """The rows that some fold did not see."""
        return [index for part in self._parts for index in part]

    def cross_validate(self) -> tuple[list[Judged], list[float], int]:
        """Candidates of rows that were held out, F1 of each part, and for how many epochs to fit in the end."""
        judged: list[Judged] = []
        scores, epochs = [], []
        for number, part in enumerate(self._parts):
            held = set(part)
            chosen = [index for index in self._order if index not in held]
            network, best = self.fit(f"fold-{number + 1}", chosen, part)
            found = self._judge(network, part)
            judged += found
            scores.append(best_f1(found, self._material.marked(part)))
            epochs.append(best)
        return judged, scores, max(round(statistics.median(epochs)), self._recipe(self._order, None).epochs // 2)

    def fit(
        self, name: str, chosen: list[int], held: Sequence[int], *, epochs: int | None = None
    ) -> tuple[SpanNetwork, int]:
        """Fit on the rows ``chosen``, stop by those ``held``; the network and its best epoch."""
        import torch  # noqa: PLC0415 - training loads it anyway, a report does not

        settings = self._settings
        recipe = self._recipe(chosen, epochs)
        torch.manual_seed(settings.seed)
        network = self._base.network(self.config, lora=settings.lora)

        def sample(chance: random.Random) -> list[Example]:
            return self._drawn(chosen, chance)

        marked = self._material.marked(held)

        def validate(candidate: SpanNetwork) -> float:
            return best_f1(self._judge(candidate, held), marked)

        def report(epoch: int, score: float) -> None:
            if self._watch:
                self._watch(name, epoch + 1, recipe.epochs, score)

        best = fit(
            network, sample, recipe, device=settings.device, checkpoint=self._out / f"{name}.checkpoint",
            training=self.config.version, validate=validate if held else None, report=report,
        )  # fmt: skip
        return network, best

    def _drawn(self, chosen: Sequence[int], chance: random.Random) -> list[Example]:
        """What an epoch sees: the chosen rows, more than once where others that no person marked are beside them."""
        times = 1 + bool(self._material.silver) + bool(self._extra)
        items = [self._material.items[index] for index in chosen] * times + self._material.silver
        return [one for item in items for one in item.draw(chance)] + self._extra

    def _judge(self, network: SpanNetwork, rows: Sequence[int]) -> list[Judged]:
        items = [self._material.items[index] for index in rows]
        return judge_all(network, items, self._material.labels, device=self._settings.device)

    def _recipe(self, chosen: Sequence[int], epochs: int | None) -> Recipe:
        settings = self._settings
        recurrent = self._base.encoder == "gru"
        usual = _RECURRENT_EPOCHS if recurrent and settings.protocol == "spans" else _EPOCHS[settings.protocol]
        recipe = _RECURRENT if recurrent else Recipe()
        if settings.lora:
            recipe = replace(recipe, rate=_LORA_RATE)
        # Few labels need small batches, or an epoch has too few steps to learn anything.
        pieces = sum(len(one.encoded.ids) for one in self._drawn(chosen, random.Random(0))) // _LEAST_STEPS
        return replace(
            recipe,
            epochs=epochs or settings.epochs or usual,
            rate=recipe.rate if settings.rate is None else settings.rate,
            seed=settings.seed,
            batch_pieces=min(max(pieces, _LEAST_BATCH), recipe.batch_pieces),
        )
