"""Why a row is a decline, told from the words that the advertiser wrote. Pure."""

from reconciliation.vocabulary import normal_word
from tracking.choices import DeclineReason

# The first kind of which a word occurs wins, so the narrow ones come before the wide ones.
_WORDS = (
    (DeclineReason.DUPLICATE, ("duplicate", "double", "дубл", "повтор", "mükerrer", "tekrar")),
    (DeclineReason.FRAUD, ("fraud", "фрод", "мошен", "шахрай", "sahte")),
    (DeclineReason.RETURNED, ("refund", "return", "chargeback", "возврат", "вернул", "поверн", "iade")),
    (DeclineReason.NOT_PAID, ("unpaid", "not paid", "never paid", "void", "expired", "не опла", "неопла", "ödenmedi")),
    (DeclineReason.UNREACHABLE, ("unreachable", "no answer", "no call", "недозвон", "не дозвон", "ulaşılamadı")),
    (DeclineReason.NOT_NEW, ("not new", "existing customer", "old customer", "не новый", "старый клиент")),
    (DeclineReason.WRONG_DATA, ("invalid", "wrong", "fake", "неверн", "некоррект", "невірн", "hatalı", "geçersiz")),
    (DeclineReason.NOT_FOUND, ("not found", "unknown order", "не найден", "не знайден", "bulunamadı")),
    (DeclineReason.TEST, ("test", "тест")),
)


def decline_reason(status_word: str, reason_text: str = "") -> str:
    """The DeclineReason that the reason, else the status word, speaks of; `cancelled` when they say no more."""
    for text in (normal_word(reason_text), normal_word(status_word)):
        for reason, words in _WORDS:
            if any(word in text for word in words):
                return reason.value
    return DeclineReason.CANCELLED.value
