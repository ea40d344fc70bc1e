"""The routes about where events belong."""

from typing import Final

from rustrak.accounts.access import Needs
from rustrak.api import grouping, merges, regroups
from rustrak.api.paths import EVENT, ISSUE, PROJECT
from rustrak.api.route import Route

REGROUPING: Final = PROJECT + "/regroupings/{regrouping_id}"

GROUPING = (
    Route("GET", ISSUE + "/groupings", merges.list_groupings, Needs.VIEWER),
    Route("POST", ISSUE + "/merge", merges.merge_issues, Needs.EDITOR),
    Route("POST", ISSUE + "/split", merges.split_issue, Needs.EDITOR),
    Route(
        "POST",
        PROJECT + "/decisions/{decision_id}/undo",
        merges.undo_decision,
        Needs.EDITOR,
        refusals=(400, 409),
    ),
    Route("GET", PROJECT + "/grouping", grouping.get_grouping, Needs.VIEWER),
    Route("PUT", PROJECT + "/grouping", grouping.set_grouping, Needs.EDITOR),
    Route("POST", PROJECT + "/grouping/try", grouping.try_grouping, Needs.VIEWER),
    Route(
        "POST",
        PROJECT + "/grouping/{change_id}/undo",
        grouping.undo_grouping,
        Needs.EDITOR,
        refusals=(409,),
    ),
    Route("GET", EVENT + "/grouping", grouping.explain_event, Needs.VIEWER),
    Route("GET", PROJECT + "/grouping/reach", regroups.get_reach, Needs.VIEWER),
    Route("GET", PROJECT + "/regroupings", regroups.list_regroupings, Needs.VIEWER),
    Route("POST", PROJECT + "/regroupings", regroups.preview_regrouping, Needs.EDITOR, 201),
    Route("GET", REGROUPING, regroups.get_regrouping, Needs.VIEWER),
    Route("DELETE", REGROUPING, regroups.cancel_regrouping, Needs.EDITOR, refusals=(409,)),
    Route("POST", REGROUPING + "/apply", regroups.apply_regrouping, Needs.EDITOR, refusals=(409,)),
    Route("POST", REGROUPING + "/undo", regroups.undo_regrouping, Needs.EDITOR, refusals=(409,)),
)
