from django.urls import path

from commonkeep import wire  # noqa: F401  registers the <id:…> converter
from storage.api import batch, children, drive, nodes, revisions, uploads

urlpatterns = [
    path("drive", drive.DriveView.as_view()),
    path("changes", drive.ChangesView.as_view()),
    path("trash", drive.TrashView.as_view()),
    path("nodes/batch", batch.BatchView.as_view()),
    path("nodes/children", children.ManyChildrenView.as_view()),
    path("nodes/<id:node>", nodes.NodeView.as_view()),
    path("nodes/<id:node>/children", children.ChildrenView.as_view()),
    path("nodes/<id:node>/revisions", nodes.RevisionsView.as_view()),
    path("nodes/<id:node>/trash", nodes.TrashNodeView.as_view()),
    path("nodes/<id:node>/restore", nodes.RestoreNodeView.as_view()),
    path("uploads", uploads.UploadsView.as_view()),
    path("uploads/<id:rev>", uploads.UploadView.as_view()),
    path("uploads/<id:rev>/parts/<int:n>", uploads.PartView.as_view()),
    path("uploads/<id:rev>/complete", uploads.CompleteView.as_view()),
    path("revisions/read", revisions.ReadView.as_view()),
    path("revisions/<id:rev>", revisions.RevisionView.as_view()),
    path("revisions/<id:rev>/tree", revisions.TreeView.as_view()),
    path("revisions/<id:rev>/thumb", revisions.ThumbView.as_view()),
]
