"""Office documents as programs write them, small, with names, dates, machines and places planted."""

from __future__ import annotations

import zipfile
from io import BytesIO

from commonweave.files.tests.samples.pictures import MARK, jpeg, png

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FORMAT = "application/vnd.openxmlformats-officedocument"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
VISIBLE = "Words that everybody may see"


def packed(parts: dict[str, str | bytes], first: str = "") -> bytes:
    """Return a package with a date and a comment of its own."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 31, 12, 34, 56))
            info.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            package.writestr(info, part)
        package.comment = MARK.encode()
    return out.getvalue()


def _types(**parts: str) -> str:
    found = "".join(
        f'<Override PartName="/{name.replace("__", "/")}.xml" ContentType="{FORMAT}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    endings = (("rels", "application/vnd.openxmlformats-package.relationships+xml"), ("xml", "application/xml"))
    more = (*endings, ("jpeg", "image/jpeg"), ("png", "image/png"), ("bin", f"{FORMAT}.oleObject"))
    told = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in more)
    return f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">{told}{found}</Types>'


def _rels(*links: tuple[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATED}/{what}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
        for number, (what, target) in enumerate(links, 1)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def _properties(number: int) -> dict[str, str | bytes]:
    core = (
        f'<?xml version="1.0"?><cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>{MARK} author {number}</dc:creator>'
        f"<cp:lastModifiedBy>{MARK} editor</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">2026-01-31T12:34:56Z</dcterms:created></cp:coreProperties>'
    )
    app = (
        f'<?xml version="1.0"?><Properties xmlns="{RELATED.replace("relationships", "extended-properties")}">'
        f"<Company>{MARK} company</Company><Manager>{MARK} manager</Manager><Template>{MARK}.dotm</Template></Properties>"
    )
    return {"docProps/core.xml": core, "docProps/app.xml": app, "docProps/thumbnail.jpeg": jpeg(number)}


def _root(main: str) -> str:
    core = f'<Relationship Id="p1" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    return _rels(("officeDocument", main), ("extended-properties", "docProps/app.xml")).replace(
        "</Relationships>", f"{core}</Relationships>"
    )


def docx(number: int = 0) -> bytes:
    """Return a letter with revision marks, a remark, a linked template, an embedded object and a photograph."""
    body = (
        f'<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CD"><w:r><w:t>{VISIBLE}</w:t></w:r></w:p>'
        f'<w:p><w:ins w:id="1" w:author="{MARK} reviser" w:date="2026-01-31T12:34:56Z"><w:r><w:t>added</w:t></w:r></w:ins>'
        f'<w:commentRangeStart w:id="0"/><w:r><w:t>x</w:t></w:r><w:commentRangeEnd w:id="0"/></w:p>'
        f'<w:p><w:hyperlink r:id="rId4"><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p>'
        f"<w:p><w:r><w:instrText>AUTHOR {MARK}</w:instrText></w:r></w:p>"
        f'<w:p><w:r><w:drawing><a:blip r:embed="rId3"/><a:cNvPr id="1" name="{MARK} C:\\photo" descr="{MARK}"/>'
        f"</w:drawing></w:r></w:p>"
    )
    document = (
        f'<w:document xmlns:w="{WORD}" xmlns:r="{RELATED}" xmlns:a="{DRAWING}"><w:body>{body}</w:body></w:document>'
    )
    remark = (
        f'<w:comment w:id="0" w:author="{MARK} critic" w:initials="zq" w:date="2026-01-31T12:34:56Z"><w:p/></w:comment>'
    )
    settings = (
        f'<w:settings xmlns:w="{WORD}" xmlns:r="{RELATED}"><w:attachedTemplate r:id="rId1"/>'
        f'<w:rsids><w:rsid w:val="00AB12CD"/></w:rsids><w:docVars><w:docVar w:name="n" w:val="{MARK}"/></w:docVars></w:settings>'
    )
    links = _rels(
        ("settings", "settings.xml"),
        ("comments", "comments.xml"),
        ("image", "media/image1.jpeg"),
        ("hyperlink", f"https://{MARK}.example/"),
        ("customXml", "../customXml/item1.xml"),
    )
    return packed(
        {
            "[Content_Types].xml": _types(
                word__document="wordprocessingml.document.main",
                word__settings="wordprocessingml.settings",
                word__comments="wordprocessingml.comments",
            ),
            "_rels/.rels": _root("word/document.xml"),
            "word/document.xml": f"<!-- {MARK} -->{document}",
            "word/_rels/document.xml.rels": links,
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": _rels(("attachedTemplate", f"file://{MARK}/share/template.dotm")),
            "word/comments.xml": f'<w:comments xmlns:w="{WORD}">{remark}</w:comments>',
            "word/media/image1.jpeg": jpeg(number),
            "customXml/item1.xml": f"<x>{MARK}</x>",
            **_properties(number),
        }
    )


def xlsx(number: int = 0) -> bytes:
    """Return a table with where it was saved, who shares it, a remark, a link to another file and a photograph."""
    book = (
        f'<workbook xmlns="{SHEET}" xmlns:r="{RELATED}"><fileSharing userName="{MARK} user"/>'
        f'<x15ac:absPath xmlns:x15ac="urn:x" url="C:\\Users\\{MARK}\\"/><sheets><sheet name="S" sheetId="1" r:id="rId1"/>'
        f'</sheets><externalReferences><externalReference r:id="rId2"/></externalReferences></workbook>'
    )
    sheet = (
        f'<worksheet xmlns="{SHEET}" xmlns:r="{RELATED}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{VISIBLE}</t>'
        f'</is></c><c r="B1"><f>\'[1]{MARK}\'!A1</f><v>3</v></c></row></sheetData><drawing r:id="rId1"/></worksheet>'
    )
    remarks = f'<comments xmlns="{SHEET}"><authors><author>{MARK} critic</author></authors><commentList/></comments>'
    drawing = f'<d xmlns="urn:d" xmlns:r="{RELATED}" xmlns:a="{DRAWING}"><a:blip r:embed="rId1"/></d>'
    return packed(
        {
            "[Content_Types].xml": _types(
                xl__workbook="spreadsheetml.sheet.main",
                xl__worksheets__sheet1="spreadsheetml.worksheet",
                xl__comments1="spreadsheetml.comments",
                xl__drawings__drawing1="drawing",
                xl__externalLinks__externalLink1="spreadsheetml.externalLink",
            ),
            "_rels/.rels": _root("xl/workbook.xml"),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": _rels(
                ("worksheet", "worksheets/sheet1.xml"), ("externalLink", "externalLinks/externalLink1.xml")
            ),
            "xl/externalLinks/externalLink1.xml": f"<x>{MARK}</x>",
            "xl/worksheets/sheet1.xml": sheet,
            "xl/worksheets/_rels/sheet1.xml.rels": _rels(
                ("drawing", "../drawings/drawing1.xml"), ("comments", "../comments1.xml")
            ),
            "xl/drawings/drawing1.xml": drawing,
            "xl/drawings/_rels/drawing1.xml.rels": _rels(("image", "../media/image1.png")),
            "xl/media/image1.png": png(number),
            "xl/comments1.xml": remarks,
            **_properties(number),
        }
    )


def pptx(number: int = 0) -> bytes:
    """Return slides with authors of remarks, a link that acts on a click and a photograph."""
    show = (
        f'<p:presentation xmlns:p="{SLIDE}" xmlns:r="{RELATED}"><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
        f'<p:extLst><p:ext uri="x"><y xmlns="urn:y">{MARK}</y></p:ext></p:extLst></p:presentation>'
    )
    slide = (
        f'<p:sld xmlns:p="{SLIDE}" xmlns:r="{RELATED}" xmlns:a="{DRAWING}"><p:cSld><a:t>{VISIBLE}</a:t>'
        f'<p:cNvPr id="2" name="{MARK}" descr="{MARK}"><a:hlinkClick r:id="rId2"/></p:cNvPr><a:blip r:embed="rId1"/>'
        f"</p:cSld></p:sld>"
    )
    authors = (
        f'<p:cmAuthorLst xmlns:p="{SLIDE}"><p:cmAuthor id="0" name="{MARK} critic" initials="zq"/></p:cmAuthorLst>'
    )
    return packed(
        {
            "[Content_Types].xml": _types(
                ppt__presentation="presentationml.presentation.main",
                ppt__slides__slide1="presentationml.slide",
                ppt__commentAuthors="presentationml.commentAuthors",
            ),
            "_rels/.rels": _root("ppt/presentation.xml"),
            "ppt/presentation.xml": show,
            "ppt/_rels/presentation.xml.rels": _rels(
                ("slide", "slides/slide1.xml"), ("commentAuthors", "commentAuthors.xml")
            ),
            "ppt/slides/slide1.xml": slide,
            "ppt/slides/_rels/slide1.xml.rels": _rels(
                ("image", "../media/image1.jpeg"), ("hyperlink", f"https://{MARK}.example/")
            ),
            "ppt/media/image1.jpeg": jpeg(number),
            "ppt/commentAuthors.xml": authors,
            **_properties(number),
        }
    )


OFFICE, TEXT = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
ODF = (
    f'xmlns:office="{OFFICE}" xmlns:text="{TEXT}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    f'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    f'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:officeooo="http://openoffice.org/2009/office" '
    f'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)


def _open(mime: str, body: str, number: int) -> bytes:
    remark = f"<office:annotation><dc:creator>{MARK} critic</dc:creator><dc:date>2026-01-31T12:34:56</dc:date></office:annotation>"
    photo = f'<draw:frame draw:name="{MARK}"><draw:image xlink:href="Pictures/photo.jpg"/></draw:frame>'
    content = (
        f"<office:document-content {ODF}><office:scripts/><office:body>{body.format(more=remark + photo)}</office:body>"
        f"</office:document-content>"
    )
    meta = (
        f"<office:document-meta {ODF}><office:meta><meta:initial-creator>{MARK} author</meta:initial-creator>"
        f"<dc:creator>{MARK} editor {number}</dc:creator><dc:date>2026-01-31T12:34:56</dc:date></office:meta>"
        f"</office:document-meta>"
    )
    return packed(
        {
            "mimetype": mime,
            "content.xml": content,
            "styles.xml": f'<office:document-styles {ODF} officeooo:rsid="00ab12cd"><office:styles/></office:document-styles>',
            "meta.xml": meta,
            "settings.xml": f"<office:document-settings {ODF}><printer>{MARK}</printer></office:document-settings>",
            "Pictures/photo.jpg": jpeg(number),
            "Thumbnails/thumbnail.png": png(number),
            "META-INF/manifest.xml": f"<manifest><!-- {MARK} --></manifest>",
        },
        first="mimetype",
    )


def odt(number: int = 0) -> bytes:
    """Return a letter with a remark, a field that names its author, a link and a photograph."""
    body = (
        f'<office:text><text:p officeooo:rsid="00ab12cd">{VISIBLE} <text:author-name>somebody</text:author-name>'
        f'<text:a xlink:href="https://{MARK}.example/">a link</text:a>{{more}}</text:p></office:text>'
    )
    return _open("application/vnd.oasis.opendocument.text", body, number)


def ods(number: int = 0) -> bytes:
    """Return a table with a remark, a formula that asks elsewhere and a photograph."""
    body = (
        f'<office:spreadsheet><table:table><table:table-row><table:table-cell table:formula="of:=WEBSERVICE(&quot;'
        f'https://{MARK}.example&quot;)"><text:p>{VISIBLE}</text:p>{{more}}</table:table-cell></table:table-row></table:table>'
        f"</office:spreadsheet>"
    )
    return _open("application/vnd.oasis.opendocument.spreadsheet", body, number)
