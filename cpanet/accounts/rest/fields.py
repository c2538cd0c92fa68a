"""Fields of answers and bodies that mean the same in every call."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cpanet.accounts.rest.parameters import suggestion
from cpanet.core.money import to_text

MONEY = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["12.34"]}


@extend_schema_field(MONEY)
class MoneyField(serializers.Field):
    """For answers: units of the row's currency as a decimal string of major units; None stays None."""

    def __init__(self, *, currency="currency", **kwargs):
        self.currency = currency
        super().__init__(**kwargs)

    def get_attribute(self, instance):
        units = super().get_attribute(instance)
        if units is None:
            return None
        owner = instance
        for name in self.currency.split("."):
            owner = owner[name] if isinstance(owner, dict) else getattr(owner, name)
        return to_text(units, owner)

    def to_representation(self, value):
        return value


@extend_schema_field(MONEY)
class AmountField(serializers.Field):
    """An amount in a body: a decimal string such as "12.34" (numbers are taken too), never negative."""

    default_error_messages = {"invalid": "Write the amount as a string such as “12.34”."}

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            self.fail("invalid")
        try:
            value = Decimal(str(data).strip())
        except ArithmeticError:
            self.fail("invalid")
        if not value.is_finite() or value < 0 or value > 10**12:
            self.fail("invalid")
        return value

    def to_representation(self, value):
        return str(value)


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{6}$", "examples": ["0.023700"]})
class RatioField(serializers.Field):
    """A fraction as a decimal string of six digits; None for ÷ 0."""

    def to_representation(self, value):
        return f"{Decimal(str(value)):.6f}"


class StrictSerializer(serializers.Serializer):
    """A body in which an unknown member is an error, with a suggestion."""

    def to_internal_value(self, data):
        if isinstance(data, dict):
            known = [name for name, field in self.fields.items() if not field.read_only]
            wrong = {name: [self._unknown(name, known)] for name in data if name not in known}
            if wrong:
                raise serializers.ValidationError(wrong, code="unknown_member")
        return super().to_internal_value(data)

    @staticmethod
    def _unknown(name, known):
        return serializers.ErrorDetail(
            f"This call has no member “{str(name)[:60]}”.{suggestion(str(name), known)}", code="unknown_member"
        )


class ByAudience:
    """Mixin of answers whose members depend on who asks: `audience_fields` maps a member to the audiences that get it;
    members without an entry are everybody's. The audience is `context["audience"]`."""

    audience_fields: dict[str, set[str]] = {}

    def get_fields(self):
        fields = super().get_fields()
        audience = self.context.get("audience")
        if audience is None:  # for the schema: all there are
            return fields
        return {name: field for name, field in fields.items() if audience in self.audience_fields.get(name, {audience})}
