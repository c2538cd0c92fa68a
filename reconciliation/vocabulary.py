"""The words by which statements name their columns and statuses, in English, Russian, Ukrainian and Turkish.

Codes such as 1, 2, 3, "hold" or "lead" are left out on purpose: they mean different things at different partners, so
they belong to the mapping of one source.
"""

import re

FIELD_WORDS: dict[str, tuple[str, ...]] = {
    "order_id": (
        "order id", "orderid", "order number", "order no", "order ref", "orderref", "order reference", "order",
        "transaction id", "transactionid", "invoice number", "invoice", "oid", "adv order id",
        "номер заказа", "id заказа", "заказ", "заказа", "код заказа", "номер", "номер транзакции",
        "номер замовлення", "id замовлення", "замовлення",
        "sipariş no", "sipariş numarası", "sipariş id", "sipariş", "siparis no", "siparis numarasi", "siparis id", "id",
    ),
    "click_id": (
        "click id", "clickid", "click", "aff click id", "affiliate click id", "cid", "conversion id", "our id",
        "network id", "id клика", "клик", "идентификатор клика", "id конверсии", "id лида", "id кліку", "клік",
        "id конверсії", "id ліда", "tıklama id", "tıklama", "tiklama id", "dönüşüm id",
    ),
    "row_id": (
        "row id", "action id", "commission id", "record id", "id строки", "id записи", "id рядка", "satır id",
    ),
    "status": (
        "status", "order status", "state", "decision", "validation status", "action status", "financial status",
        "payment status", "conversion status", "статус", "статус заказа", "состояние", "решение", "статус лида",
        "статус замовлення", "стан", "рішення", "durum", "sipariş durumu", "siparis durumu", "statü",
    ),
    "amount": (
        "amount", "order amount", "sale amount", "order sum", "order total", "order value", "total", "sum", "revenue",
        "price", "cart", "value", "gmv", "total amount", "сумма", "сумма заказа", "стоимость", "стоимость заказа",
        "итого", "цена", "сума", "сума замовлення", "вартість", "ціна", "tutar", "sipariş tutarı", "siparis tutari",
        "toplam", "toplam tutar", "fiyat",
    ),
    "currency": ("currency", "currency code", "cur", "валюта", "код валюты", "код валюти", "para birimi", "döviz"),
    "occurred_at": (
        "date", "order date", "created at", "created", "datetime", "date time", "time", "timestamp", "action date",
        "transaction date", "conversion date", "event date", "date created", "дата", "дата заказа", "дата создания",
        "время", "дата и время", "дата действия", "дата замовлення", "дата створення", "час", "tarih",
        "sipariş tarihi", "siparis tarihi", "oluşturma tarihi",
    ),
    "goal": (
        "goal", "event", "event type", "action", "action name", "goal id", "goal name", "цель", "целевое действие",
        "действие", "событие", "ціль", "цільова дія", "дія", "подія", "hedef", "olay",
    ),
    "sub1": (
        "sub1", "sub id", "subid", "sub id1", "sub id 1", "subid1", "aff sub", "aff sub1", "clickref", "u1", "sid",
        "субид", "сабид", "саб1",
    ),
    **{
        f"sub{n}": tuple(f"{word}{n}" for word in ("sub", "sub id", "sub id ", "subid", "aff sub", "clickref", "u"))
        for n in range(2, 11)
    },
    "reason": (
        "reason", "decline reason", "reject reason", "comment", "причина", "причина отказа", "причина отклонения",
        "комментарий", "причина відмови", "причина відхилення", "коментар", "neden", "red nedeni", "sebep", "açıklama",
    ),
}  # fmt: skip

STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "approved": (
        "approved", "approve", "accepted", "accept", "confirmed", "confirm", "valid", "validated", "paid", "complete",
        "completed", "delivered", "sale", "sold", "success", "successful", "done",
        "подтвержден", "подтверждено", "подтверждена", "подтвердить", "одобрен", "одобрено", "одобрена", "принят",
        "принято", "принята", "оплачен", "оплачено", "оплачена", "выполнен", "выполнено", "доставлен", "доставлено",
        "выкуплен", "выкуплено", "завершен", "завершено", "продажа",
        "підтверджено", "підтверджений", "схвалено", "прийнято", "оплачено", "виконано", "доставлено", "викуплено",
        "onaylandı", "onaylandi", "onay", "onaylı", "tamamlandı", "tamamlandi", "ödendi", "odendi", "teslim edildi",
    ),
    "declined": (
        "declined", "decline", "rejected", "reject", "refused", "canceled", "cancelled", "cancel", "refunded", "voided",
        "void", "trash", "invalid", "fraud", "returned", "return", "failed", "reversed", "deleted", "not approved",
        "отклонен", "отклонено", "отклонена", "отменен", "отменено", "отменена", "отмена", "отказ", "возврат",
        "возвращен", "трэш", "треш", "брак", "не подтвержден", "недействителен",
        "відхилено", "відхилений", "скасовано", "скасований", "відмова", "повернення", "повернено",
        "reddedildi", "red", "iptal", "iptal edildi", "iade", "iade edildi", "geçersiz",
    ),
    "pending": (
        "pending", "new", "waiting", "wait", "processing", "in progress", "in process", "open", "authorized",
        "on hold", "unpaid", "in review",
        "в обработке", "обрабатывается", "ожидает", "ожидание", "ожидает подтверждения", "новый", "новая", "в работе",
        "на проверке", "не обработан",
        "очікує", "очікування", "в обробці", "обробляється", "новий", "нове", "в роботі", "на перевірці",
        "beklemede", "bekliyor", "onay bekliyor", "işlemde", "islemde", "yeni", "hazırlanıyor",
    ),
}  # fmt: skip

TOTAL_WORDS = frozenset({
    "total", "totals", "grand total", "subtotal", "sum", "итого", "всего", "итог", "общий итог", "разом", "всього",
    "підсумок", "toplam", "genel toplam", "ara toplam",
})  # fmt: skip

_SIGNS = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def normal_heading(text: str) -> str:
    """ "Order_ID", "orderId" and "№ order-id:" → "order id"."""
    return normal_word(_CAMEL.sub(" ", text))


def normal_word(text: str) -> str:
    """Lower case, ё as е, Turkish İ as i, signs as single spaces."""
    folded = text.casefold().replace("i̇", "i").replace("ё", "е")
    return _SIGNS.sub(" ", folded).strip()


def _by_word(groups: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {normal_word(word): key for key, words in groups.items() for word in words}


FIELD_OF_WORD = _by_word(FIELD_WORDS)
STATUS_OF_WORD = _by_word(STATUS_WORDS)


def field_of(heading: str) -> str:
    """The field that a heading names exactly, "" if none."""
    return FIELD_OF_WORD.get(normal_heading(heading), "") or FIELD_OF_WORD.get(normal_word(heading), "")


def recognised(cells: list[str]) -> int:
    """How many different fields a record names if it is a heading."""
    return len({field_of(cell) for cell in cells} - {""})
