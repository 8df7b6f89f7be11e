"""How each publishing system lists and shows documents: one small module each."""

from extractors.platforms.base import Platform
from extractors.platforms.epoint import Epoint
from extractors.platforms.generic import Generic
from extractors.platforms.gkmlpt import Gkmlpt
from extractors.platforms.hanweb import Hanweb
from extractors.platforms.hanweb_jpaas import HanwebJpaas
from extractors.platforms.hanweb_xxgk import HanwebXxgk
from extractors.platforms.lonsun import Lonsun
from extractors.platforms.trs import Trs
from extractors.platforms.ucap import Ucap
from extractors.platforms.vsb import Vsb

_ALL: tuple[Platform, ...] = (
    Hanweb(),
    HanwebJpaas(),
    HanwebXxgk(),
    Trs(),
    Ucap(),
    Gkmlpt(),
    Lonsun(),
    Vsb(),
    Epoint(),
    Generic(),
)
PLATFORMS: dict[str, Platform] = {platform.name: platform for platform in _ALL}

__all__ = ["PLATFORMS", "Platform"]
